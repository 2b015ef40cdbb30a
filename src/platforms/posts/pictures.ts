/** Fits pictures and their alt texts to a network’s limits. */
import { type Drawing, redrawPicture } from "../../pictures/open.ts";
import { say } from "../../words/words.ts";
import { type Picture, PlatformError } from "../platform.ts";

/**
 * How often a network may fail to fetch a picture from us before we tell the operator. A share is tried as often, over about
 * twenty minutes, because our address is unreachable for a while when the web process or a proxy restarts.
 */
export const MOST_UNFETCHED = 6;

export interface PictureRule {
  /** Media types that the network accepts. */
  readonly types: readonly string[];
  readonly maxBytes: number;
}

const jpeg = (side: number, quality: number): Drawing => ({
  ...{ format: "jpeg", fit: "inside", quality },
  ...{ width: side, height: side },
});
/** Attempts in order of quality. The first result that fits is used. */
const STEPS = [jpeg(4_096, 88), jpeg(4_096, 70), jpeg(2_048, 80), jpeg(1_200, 75)];

/** Returns the picture unchanged if it fits, otherwise as a JPEG on white. @throws {PlatformError} if it cannot be read or made small enough */
export async function fitPicture(picture: Picture, rule: PictureRule): Promise<Picture> {
  if (rule.types.includes(picture.type) && picture.bytes.byteLength <= rule.maxBytes) return picture;
  const redrawn = await redrawPicture(picture.bytes, STEPS, rule.maxBytes);
  if (redrawn === "later") throw picturesWait();
  if (redrawn === "unusable")
    throw new PlatformError("rejected", {
      code: "picture-unreadable",
      message: say("The picture cannot be read."),
    });
  if (redrawn.drawn !== undefined) return { ...picture, bytes: redrawn.drawn, type: "image/jpeg" };
  throw new PlatformError("rejected", {
    code: "picture-too-large",
    message: say("The picture cannot be made small enough for the network."),
  });
}

/** The error when too many pictures are being processed at once. A retry may succeed. */
export function picturesWait(): PlatformError {
  return new PlatformError("transient", {
    code: "pictures-wait",
    message: say("The picture could not be made ready in time."),
  });
}

/** Cuts an alt text to `limit` UTF-16 units, the strictest way to count, without splitting a grapheme. */
export function cutAlt(alt: string, limit: number): string {
  if (alt.length <= limit) return alt;
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(alt)) {
    if (cut.length + segment.length > limit) break;
    cut += segment;
  }
  return cut;
}
