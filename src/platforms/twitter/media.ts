/** Uploads pictures for a post on X, in chunks and with their alt texts (docs/networks/x.md, section 4). Makes nothing visible. */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { Answer, Call } from "../call/request.ts";
import { type Picture, PlatformError } from "../platform.ts";
import { cutAlt, fitPicture } from "../posts/pictures.ts";

/** Makes a call with the person’s token. @throws {PlatformError} unless it succeeds */
export type Send = (call: Omit<Call, "url" | "headers"> & { readonly path: string }) => Promise<Answer>;

/** GIFs are redrawn: X treats an animated one as a video. */
const RULE = { types: ["image/jpeg", "image/png", "image/webp"], maxBytes: 5 * 1_024 * 1_024 } as const;
/** X has refused larger chunks. */
const PIECE_BYTES = 1_024 * 1_024;
const ALT_CHARACTERS = 1_000;
const MOST_POLLS = 30;

const processingShape = z.object({
  state: z.enum(["pending", "in_progress", "succeeded", "failed"]),
  check_after_secs: z.number().min(0).max(60).catch(1),
});
const mediaShape = z.object({
  data: z.object({ id: z.string().min(1), processing_info: processingShape.optional() }),
});
type Media = z.infer<typeof mediaShape>["data"];

/** Returns the media id to attach. @throws {PlatformError} */
export async function uploadPicture(send: Send, picture: Picture): Promise<string> {
  const { bytes, type, alt } = await fitPicture(picture, RULE);
  const { id } = readMedia(
    await send({
      method: "POST",
      path: "/2/media/upload/initialize",
      json: { media_type: type, total_bytes: bytes.byteLength, media_category: "tweet_image" },
    }),
  );
  for (let index = 0; index * PIECE_BYTES < bytes.byteLength; index += 1) {
    const piece = Uint8Array.from(bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES));
    const multipart = new FormData();
    multipart.set("segment_index", String(index));
    multipart.set("media", new Blob([piece], { type }), "picture");
    await send({ method: "POST", path: `/2/media/upload/${id}/append`, multipart });
  }
  const finalized = await send({ method: "POST", path: `/2/media/upload/${id}/finalize` });
  await untilProcessed(send, readMedia(finalized));
  if (alt !== "") {
    const metadata = { alt_text: { text: cutAlt(alt, ALT_CHARACTERS) } };
    await send({ method: "POST", path: "/2/media/metadata", json: { id, metadata } });
  }
  return id;
}

function readMedia(answer: Answer): Media {
  const media = mediaShape.safeParse(answer.body).data;
  if (media !== undefined) return media.data;
  throw new PlatformError("transient", {
    code: "unreadable",
    message: say("X sent an answer that we could not read."),
    status: answer.status,
  });
}

/** Waits only if X reports that it is still processing the picture. */
async function untilProcessed(send: Send, { id, processing_info }: Media): Promise<void> {
  let processing = processing_info;
  for (let polls = 0; processing !== undefined && processing.state !== "succeeded"; polls += 1) {
    if (processing.state === "failed") {
      const message = say("X could not process the picture.");
      throw new PlatformError("rejected", { code: "picture-refused", message });
    }
    if (polls === MOST_POLLS) {
      const message = say("X is still processing the picture.");
      throw new PlatformError("transient", { code: "picture-not-ready", message });
    }
    await pause(processing.check_after_secs * 1_000);
    const path = `/2/media/upload?command=STATUS&media_id=${id}`;
    processing = readMedia(await send({ method: "GET", path })).processing_info;
  }
}
