/** Uploads of files, which are known by their content. */
import { Hono } from "hono";
import { keepBounded } from "../../bounded.ts";
import { keepPicture, measurePicture } from "../../crawl/pictures.ts";
import type { Env } from "../../network.ts";
import { readCaller } from "../caller.ts";
import type { Blob, BlueskyWorld } from "../memory.ts";
import { allowsBlob } from "../oauth/scopes.ts";
import { invalidRequest, refusal } from "../problems.ts";
import { spend, uploadBudgets } from "../rates.ts";
import { cidOfFile } from "./cid.ts";

const mostKept = 2_000;

export function blobRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/xrpc/com.atproto.repo.uploadBlob", async (c) => {
    const { session, account } = await readCaller(world, c);
    const [sentType] = (c.req.header("content-type") ?? "").toLowerCase().split(";");
    if (!sentType) throw invalidRequest("Request encoding (Content-Type) required but not provided");
    if (!allowsBlob(session.scope, sentType))
      throw refusal(403, "ScopeMissingError", `Missing required scope "blob:${sentType}"`);
    spend(world, c, uploadBudgets(account.id), 1);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length > world.memory.switches.blobLimit)
      throw refusal(413, "PayloadTooLarge", "request entity too large");
    const blob = await storeBlob(world, account.id, sentType, bytes);
    const { cid, mimeType, size } = blob;
    return c.json({ blob: { $type: "blob", ref: { $link: cid }, mimeType, size } });
  });

  return app;
}

/** The type is read from the bytes; what was sent counts only where they do not show one. */
async function storeBlob(
  world: BlueskyWorld,
  did: string,
  sentType: string,
  bytes: Uint8Array,
): Promise<Blob> {
  const cid = cidOfFile(bytes);
  const known = world.memory.blobs.find((blob) => blob.did === did && blob.cid === cid);
  if (known) return known;
  const measured = await measurePicture(bytes);
  const kept = await keepPicture(world, bytes);
  const blob: Blob = {
    did,
    cid,
    mimeType: measured ? `image/${measured.format}` : sentType,
    size: bytes.length,
    used: false,
    ...(kept && { pictureId: kept.id, width: kept.width, height: kept.height }),
  };
  keepBounded(world.memory.blobs, blob, mostKept);
  return blob;
}
