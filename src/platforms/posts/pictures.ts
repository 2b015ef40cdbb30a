/** Makes pictures and their alt texts fit what a network takes. */

import { type Drawing, redrawPicture } from "../../pictures/open.ts";
import { say } from "../../words/words.ts";
import { type Picture, PlatformError } from "../platform.ts";

/**
 * How often a network may fail to fetch a picture from us before the operator has to mend something: as often as a share is
 * tried, over about twenty minutes. Our own address is away for a while whenever the web process or a proxy is restarted.
 */
export const MOST_UNFETCHED = 6;

export interface PictureRule {
  /** Media types that are taken as they are. */
  readonly types: readonly string[];
  readonly maxBytes: number;
}

const jpeg = (side: number, quality: number): Drawing => ({
  ...{ format: "jpeg", fit: "inside", quality },
  ...{ width: side, height: side },
});
/** From nearly unseen to clearly smaller: the first that fits is taken. */
const STEPS = [jpeg(4_096, 88), jpeg(4_096, 70), jpeg(2_048, 80), jpeg(1_200, 75)];

/** The picture as it is where it fits, else as a JPEG on white that does. @throws {PlatformError} */
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

/** Not this picture's fault: too many are being made fit at once. */
export function picturesWait(): PlatformError {
  return new PlatformError("transient", {
    code: "pictures-wait",
    message: say("The picture could not be made ready in time."),
  });
}

/** At most so many UTF-16 units, the strictest way to count, and never half a character. */
export function cutAlt(alt: string, limit: number): string {
  if (alt.length <= limit) return alt;
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(alt)) {
    if (cut.length + segment.length > limit) break;
    cut += segment;
  }
  return cut;
}
