/** Pictures for a post on X: made fit, uploaded in pieces with their alt text. Nothing here is visible to anybody. */
import { setTimeout as pause } from "node:timers/promises";
import sharp from "sharp";
import { z } from "zod";
import type { Picture } from "./platform.ts";
import { PlatformError } from "./platform.ts";
import type { Answer, Call } from "./request.ts";

/** Sends a call with the person's token. @throws {PlatformError} for an answer that is no success */
export type Send = (
  call: Pick<Call, "method" | "json" | "multipart"> & { readonly path: string },
) => Promise<Answer>;

/** docs/platforms/x.md, media. */
const LIMITS = {
  bytes: 5 * 1_024 * 1_024,
  side: 4_096,
  pieceBytes: 1_024 * 1_024,
  altCharacters: 1_000,
} as const;
const TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);
const MOST_POLLS = 30;

const mediaShape = z.object({ data: z.object({ id: z.string(), processing_info: z.unknown() }) });
const processingShape = z.object({
  state: z.enum(["pending", "in_progress", "succeeded", "failed"]),
  check_after_secs: z.number().optional(),
});

/** @returns the media id to attach */
export async function uploadPicture(send: Send, picture: Picture): Promise<string> {
  const { bytes, type } = await makeFit(picture);
  const begun = await send({
    method: "POST",
    path: "/2/media/upload/initialize",
    json: { media_type: type, total_bytes: bytes.byteLength, media_category: "tweet_image" },
  });
  const id = readMedia(begun).id;
  for (let index = 0; index * LIMITS.pieceBytes < bytes.byteLength; index += 1) {
    const piece = Uint8Array.from(bytes.subarray(index * LIMITS.pieceBytes, (index + 1) * LIMITS.pieceBytes));
    const multipart = new FormData();
    multipart.set("segment_index", String(index));
    multipart.set("media", new Blob([piece], { type }), "picture");
    await send({ method: "POST", path: `/2/media/upload/${id}/append`, multipart });
  }
  await untilProcessed(send, id, await send({ method: "POST", path: `/2/media/upload/${id}/finalize` }));
  if (picture.alt !== "") {
    const text = [...picture.alt].slice(0, LIMITS.altCharacters).join("");
    await send({ method: "POST", path: "/2/media/metadata", json: { id, metadata: { alt_text: { text } } } });
  }
  return id;
}

function readMedia(answer: Answer): z.infer<typeof mediaShape>["data"] {
  const media = mediaShape.safeParse(answer.body).data;
  if (media === undefined)
    throw new PlatformError("transient", {
      code: "unreadable",
      message: "X gave an answer that we cannot read.",
      status: answer.status,
    });
  return media.data;
}

async function untilProcessed(send: Send, id: string, finalized: Answer): Promise<void> {
  let processing = processingShape.safeParse(readMedia(finalized).processing_info).data;
  for (let polls = 0; processing !== undefined && processing.state !== "succeeded"; polls += 1) {
    if (processing.state === "failed")
      throw new PlatformError("rejected", {
        code: "picture-refused",
        message: "X could not process the picture.",
      });
    if (polls === MOST_POLLS)
      throw new PlatformError("transient", {
        code: "picture-not-ready",
        message: "X is still processing the picture.",
      });
    await pause((processing.check_after_secs ?? 1) * 1_000);
    const status = await send({ method: "GET", path: `/2/media/upload?command=STATUS&media_id=${id}` });
    processing = processingShape.safeParse(readMedia(status).processing_info).data;
  }
}

/** As it is where X takes it so, else as a JPEG small enough. */
async function makeFit(picture: Picture): Promise<{ bytes: Uint8Array; type: string }> {
  if (TYPES.has(picture.type) && picture.bytes.byteLength <= LIMITS.bytes) return picture;
  const resized = sharp(picture.bytes)
    .rotate()
    .resize({ width: LIMITS.side, height: LIMITS.side, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#ffffff" });
  for (const quality of [88, 75, 60, 40]) {
    const bytes = await resized.clone().jpeg({ quality }).toBuffer();
    if (bytes.byteLength <= LIMITS.bytes) return { bytes, type: "image/jpeg" };
  }
  throw new PlatformError("rejected", {
    code: "picture-too-large",
    message: "The picture is too large for X, and could not be made small enough.",
  });
}
