/** Assembles uploaded bytes, checks them, keeps them for the timeline and simulates X's processing time. */
import { keepPicture, measurePicture } from "../crawl/pictures.ts";
import type { Media, TwitterWorld } from "./memory.ts";

const videoPicture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360"><rect width="640" height="360" fill="#22303c"/><path d="M270 120v120l110-60z" fill="#fff"/></svg>`;

const mostGifWidth = 1280;
const mostGifHeight = 1080;

/** Finalizes the upload. Returns X's complaint, if any. */
export async function finishUpload(world: TwitterWorld, media: Media): Promise<string | undefined> {
  const segments = media.segments.toSorted((one, other) => one.index - other.index);
  if (segments.some(({ index }, place) => index !== place)) return "Segments are missing.";
  const received = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  if (received !== media.totalBytes) return "Segments do not add up to provided total file size.";
  let isTooLarge = false;
  if (media.category === "tweet_image" || media.category === "tweet_gif") {
    const bytes = Buffer.concat(segments.map(({ base64 }) => Buffer.from(base64, "base64")));
    const measured = await measurePicture(bytes);
    const isGif = measured?.format === "gif";
    const kept =
      measured && (media.category === "tweet_image" || isGif) ? await keepPicture(world, bytes) : undefined;
    if (!kept) return "media type unrecognized";
    media.pictureId = kept.id;
    isTooLarge = isGif && (kept.width > mostGifWidth || kept.height > mostGifHeight);
  } else {
    media.pictureId = world.keepPicture("image/svg+xml", Buffer.from(videoPicture));
  }
  const nowMs = world.now().getTime();
  media.segments = [];
  media.finalizedAtMs = nowMs;
  if (media.category !== "tweet_image") {
    const { mediaProcessing, mediaProcessingSeconds } = world.memory.switches;
    media.processing = {
      startedAtMs: nowMs,
      endsAtMs: nowMs + mediaProcessingSeconds * 1000,
      result: isTooLarge ? "failed" : mediaProcessing,
    };
  }
  return undefined;
}

export type ProcessingState = "pending" | "in_progress" | "succeeded" | "failed";

/** Returns undefined until the upload is finalized. */
export function processingState(world: TwitterWorld, media: Media): ProcessingState | undefined {
  if (media.finalizedAtMs === undefined) return undefined;
  if (!media.processing) return "succeeded";
  const { startedAtMs, endsAtMs, result } = media.processing;
  const nowMs = world.now().getTime();
  if (nowMs >= endsAtMs) return result;
  return nowMs < (startedAtMs + endsAtMs) / 2 ? "pending" : "in_progress";
}

/** Returns undefined for media that need no processing. */
export function processingInfo(world: TwitterWorld, media: Media) {
  const state = media.processing && processingState(world, media);
  switch (state) {
    case "pending":
      return { state, check_after_secs: 1 };
    case "in_progress":
      return { state, check_after_secs: 1, progress_percent: 50 };
    case "succeeded":
      return { state, progress_percent: 100 };
    case "failed":
      return {
        state,
        progress_percent: 100,
        error: { code: 1, name: "InvalidMedia", message: "file is invalid" },
      };
    case undefined:
      return undefined;
  }
}
