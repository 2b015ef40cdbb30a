/** Converts a picture to what Instagram accepts: a JPEG in sRGB without transparency, with a limited aspect ratio (docs/networks/instagram.md, section 4.1). */
import { type Drawing, measurePicture, redrawPicture } from "../../pictures/open.ts";
import { say } from "../../words/words.ts";
import { type Picture, PlatformError } from "../platform.ts";
import { picturesWait } from "../posts/pictures.ts";

/** Width by height: from 4:5 to 1.91:1. */
export const RATIO = { least: 0.8, most: 1.91 } as const;
/** Cropping by more than this factor would lose too much, so such a picture gets a white margin. */
const MOST_CUT = 1.3;
const WIDTH = { least: 320, most: 1_440 } as const;
const MAX_BYTES = 8_000_000;
const QUALITIES = [90, 80, 65] as const;

interface Size {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** Returns the size that decides the shape of a post. @throws {PlatformError} rejected if the picture cannot be read; transient if this machine is busy */
export async function measureShape(picture: Picture): Promise<Size> {
  const facts = await measurePicture(picture.bytes);
  if (facts === "later") throw picturesWait();
  if (facts === "unusable") throw unusable();
  return facts;
}

/**
 * Fits a picture to a post.
 * @param shape of the post's first picture; absent: this is the first
 * @throws {PlatformError} rejected if the picture cannot be read; transient if this machine is busy
 */
export async function fitToFormat(picture: Picture, shape?: Size): Promise<Picture> {
  const size = await measureShape(picture);
  const { width, height } = shape ?? size;
  const frame = frameFor(size, wantedRatio(width / height));
  const drawings = QUALITIES.map((quality): Drawing => ({ ...frame, format: "jpeg", quality }));
  const redrawn = await redrawPicture(picture.bytes, drawings, MAX_BYTES);
  if (redrawn === "later") throw picturesWait();
  if (redrawn === "unusable" || redrawn.drawn === undefined) throw unusable();
  return { ...picture, bytes: redrawn.drawn, type: "image/jpeg" };
}

interface Frame {
  readonly width: number;
  readonly height: number;
  /** "cover" crops both sides equally; "contain" adds a margin. */
  readonly fit: "cover" | "contain";
}

/** Whether a picture of this size is cropped to the ratio, by default the nearest accepted one. If not, it gets a margin. */
export function isCutToFit(width: number, height: number, wanted = wantedRatio(width / height)): boolean {
  const ratio = width / height;
  return Math.max(ratio / wanted, wanted / ratio) <= MOST_CUT;
}

function wantedRatio(ratio: number): number {
  return Math.min(Math.max(ratio, RATIO.least), RATIO.most);
}

function frameFor({ width, height }: Size, wanted: number): Frame {
  const fit = isCutToFit(width, height, wanted) ? "cover" : "contain";
  const frameWidth = Math.round(Math.min(Math.max(width, WIDTH.least), WIDTH.most));
  // Rounds towards the square, so that the ratio stays within the limits.
  const exact = frameWidth / wanted;
  return { width: frameWidth, height: wanted >= 1 ? Math.ceil(exact) : Math.floor(exact), fit };
}

function unusable(): PlatformError {
  return new PlatformError("rejected", {
    code: "picture-unreadable",
    message: say("We could not convert the page’s picture to a format that Instagram accepts."),
  });
}
