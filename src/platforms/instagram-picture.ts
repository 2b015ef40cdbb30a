/** Makes a picture one that Instagram takes: a JPEG in sRGB without transparency, not too high, not too wide (docs/platforms/instagram.md, section 4.1). */

import { say } from "../words/words.ts";
import { type Picture, PlatformError } from "./platform.ts";

/** Width by height: from 4:5 to 1.91:1. */
export const INSTAGRAM_RATIO = { least: 0.8, most: 1.91 } as const;
/** Of a picture that is farther outside than this, cutting would lose too much: it gets a white margin instead. */
const MOST_CUT = 1.3;
const WIDTH = { least: 320, most: 1_440 } as const;
const MAX_BYTES = 8_000_000;
const QUALITIES = [90, 80, 65] as const;

/** @throws {PlatformError} rejected, where it cannot be read */
export async function fitForInstagram(picture: Picture): Promise<Picture> {
  // Loaded when first needed: it costs start-up time and memory that most shares never need.
  const { default: sharp } = await import("sharp");
  try {
    const { autoOrient } = await sharp(picture.bytes).metadata();
    const frame = frameFor(autoOrient.width, autoOrient.height);
    for (const quality of QUALITIES) {
      // Metadata is left out, and with it the second pictures that phones put into a JPEG.
      const bytes = await sharp(picture.bytes)
        .autoOrient()
        .flatten({ background: "#ffffff" })
        .resize({ ...frame, background: "#ffffff", position: "centre" })
        .toColourspace("srgb")
        .jpeg({ quality })
        .toBuffer();
      if (bytes.byteLength <= MAX_BYTES) return { ...picture, bytes, type: "image/jpeg" };
    }
  } catch (cause) {
    throw unusable(cause);
  }
  throw unusable();
}

interface Frame {
  readonly width: number;
  readonly height: number;
  /** "cover" cuts off what stands out, on both sides alike; "contain" puts a margin around. */
  readonly fit: "cover" | "contain";
}

/** Whether a picture of this size is cut to a shape that is taken; else it gets a margin, where it has not the shape already. */
export function isCutForInstagram(width: number, height: number): boolean {
  const ratio = width / height;
  const wanted = wantedRatio(ratio);
  return Math.max(ratio / wanted, wanted / ratio) <= MOST_CUT;
}

function wantedRatio(ratio: number): number {
  return Math.min(Math.max(ratio, INSTAGRAM_RATIO.least), INSTAGRAM_RATIO.most);
}

function frameFor(width: number, height: number): Frame {
  const wanted = wantedRatio(width / height);
  const fit = isCutForInstagram(width, height) ? "cover" : "contain";
  const frameWidth = Math.round(Math.min(Math.max(width, WIDTH.least), WIDTH.most));
  // Towards the square, so that rounding never leads out of what is taken.
  const exact = frameWidth / wanted;
  return { width: frameWidth, height: wanted >= 1 ? Math.ceil(exact) : Math.floor(exact), fit };
}

function unusable(cause?: unknown): PlatformError {
  return new PlatformError("rejected", {
    code: "picture-unreadable",
    message: say("The page's picture cannot be made into one that Instagram takes."),
    cause,
  });
}
