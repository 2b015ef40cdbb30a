/** Image uploads: requesting an address, sending the bytes, reading the status (docs/networks/linkedin.md, section 6). */

import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { keepBounded } from "../bounded.ts";
import { keepPicture, measurePicture } from "../crawl/pictures.ts";
import { type Env, originOf } from "../network.ts";
import { checkAuthor, readMember, readRestCaller } from "./caller.ts";
import type { Image, LinkedinWorld } from "./memory.ts";
import { refusal } from "./problems.ts";

const uploadLifeMs = 60 * 60_000;
const mostPixels = 36_152_320;
const mostBytes = 20 * 1024 * 1024;
const takenFormats = ["jpeg", "png", "gif"];

const initializeSchema = z.object({ initializeUploadRequest: z.object({ owner: z.string() }) });

export function imageRoutes(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/rest/images", async (c) => {
    const member = readRestCaller(world, c);
    if (c.req.query("action") !== "initializeUpload") throw refusal("not-found");
    const sent = initializeSchema.safeParse(await c.req.json().catch(() => undefined)).data;
    if (!sent) throw refusal("unprocessable");
    const { owner } = sent.initializeUploadRequest;
    checkAuthor(world, member, owner);
    const key = randomBytes(15).toString("base64url");
    const image: Image = {
      urn: `urn:li:image:C4E10${key}`,
      owner,
      uploadKey: key,
      uploadExpiresAtMs: world.now().getTime() + uploadLifeMs,
      failed: false,
    };
    keepBounded(world.memory.images, image, 1_000);
    return c.json({
      value: {
        uploadUrlExpiresAt: image.uploadExpiresAtMs,
        uploadUrl: `${originOf(c.req.raw)}/dms-uploads/${key}/uploaded-image/0?ca=vector_ads&cn=uploads`,
        image: image.urn,
      },
    });
  });

  app.put("/dms-uploads/:key/uploaded-image/0", async (c) => {
    const member = readMember(world, c);
    const image = world.memory.images.find(({ uploadKey }) => uploadKey === c.req.param("key"));
    // Each address works once.
    if (!image || image.uploadedAtMs !== undefined) throw refusal("not-found");
    checkAuthor(world, member, image.owner);
    if (image.uploadExpiresAtMs <= world.now().getTime()) throw refusal("upload-expired");
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length > mostBytes) return c.text("Request Entity Too Large", 413);
    const measured = await measurePicture(bytes);
    if (!measured || !takenFormats.includes(measured.format)) return c.text("Unsupported Media Type", 415);
    const kept = measured.width * measured.height < mostPixels ? await keepPicture(world, bytes) : undefined;
    image.uploadedAtMs = world.now().getTime();
    image.failed = kept === undefined || world.memory.switches.imageFails;
    if (kept !== undefined) image.pictureId = kept.id;
    world.changed();
    return c.body(null, 201);
  });

  app.get("/rest/images/:urn", (c) => {
    const { grant } = readRestCaller(world, c);
    if (!grant.scopes.includes("r_organization_social")) throw refusal("reading-denied");
    const image = world.memory.images.find(({ urn }) => urn === c.req.param("urn"));
    if (!image) throw refusal("not-found");
    return c.json({ id: image.urn, owner: image.owner, status: statusOf(world, image) });
  });

  return app;
}

type ImageStatus = "WAITING_UPLOAD" | "PROCESSING" | "AVAILABLE" | "PROCESSING_FAILED";

function statusOf(world: LinkedinWorld, { uploadedAtMs, failed }: Image): ImageStatus {
  if (uploadedAtMs === undefined) return "WAITING_UPLOAD";
  if (failed) return "PROCESSING_FAILED";
  const age = world.now().getTime() - uploadedAtMs;
  return age < world.memory.switches.imageSeconds * 1_000 ? "PROCESSING" : "AVAILABLE";
}

/** The image of a post, uploaded by its author. @throws {Refusal} */
export function takeImage(world: LinkedinWorld, urn: string, author: string): Image {
  const image = world.memory.images.find((candidate) => candidate.urn === urn);
  if (image?.owner !== author) throw refusal("image-invalid");
  const status = statusOf(world, image);
  if (status === "WAITING_UPLOAD" || status === "PROCESSING") throw refusal("image-waiting");
  if (status === "PROCESSING_FAILED") throw refusal("image-failed");
  return image;
}
