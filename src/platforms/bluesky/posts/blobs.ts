/** Uploads pictures to an account’s server (docs/networks/bluesky.md, section 4). */
import { z } from "zod";
import { type Picture, PlatformError, type Post } from "../../platform.ts";
import { fitPicture } from "../../posts/pictures.ts";
import { toError } from "../errors.ts";
import type { Parts } from "../parts.ts";
import { callProcedure, type Session } from "../xrpc.ts";

const TYPES = ["image/jpeg", "image/png", "image/webp"];
/** The lexicons’ limits. */
const MOST_BYTES = { card: 1_000_000, picture: 2_000_000 } as const;
const UPLOAD_MS = 60_000;

const uploadedShape = z.object({ blob: z.looseObject({ $type: z.literal("blob") }) });
export type Blob = z.infer<typeof uploadedShape>["blob"];

/** Uploads a picture of a post. @throws {PlatformError} before anything is visible */
export async function uploadPicture(parts: Parts, session: Session, picture: Picture): Promise<Blob> {
  return await upload(
    parts,
    session,
    await fitPicture(picture, { types: TYPES, maxBytes: MOST_BYTES.picture }),
  );
}

/** Uploads the picture of the card. A card without it is better than no post. @throws {PlatformError} what would also stop the post */
export async function uploadThumbnail(
  parts: Parts,
  session: Session,
  { loadPicture }: Pick<Post, "loadPicture">,
): Promise<Blob | undefined> {
  try {
    const picture = await loadPicture();
    if (picture === undefined) return undefined;
    return await upload(
      parts,
      session,
      await fitPicture(picture, { types: TYPES, maxBytes: MOST_BYTES.card }),
    );
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (error.kind === "reconnect-needed" || error.kind === "rate-limited") throw error;
    return undefined;
  }
}

async function upload(parts: Parts, session: Session, { bytes, type }: Picture): Promise<Blob> {
  const answer = await callProcedure(parts, session, {
    name: "com.atproto.repo.uploadBlob",
    bytes,
    headers: { "content-type": type },
    timeoutMs: UPLOAD_MS,
  });
  const uploaded = uploadedShape.safeParse(answer.body).data;
  if (answer.status !== 200 || uploaded === undefined)
    throw toError(answer, session.server, parts.world.now());
  return uploaded.blob;
}
