/** Makes pictures and their alt texts fit what a network takes. */

import { say } from "../words/words.ts";
import { type Picture, PlatformError } from "./platform.ts";

export interface PictureRule {
  /** Media types that are taken as they are. */
  readonly types: readonly string[];
  readonly maxBytes: number;
}

/** From nearly unseen to clearly smaller: the first that fits is taken. */
const STEPS = [
  { side: 4_096, quality: 88 },
  { side: 4_096, quality: 70 },
  { side: 2_048, quality: 80 },
  { side: 1_200, quality: 75 },
] as const;

/** The picture as it is where it fits, else as a JPEG on white that does. @throws {PlatformError} */
export async function fitPicture(picture: Picture, rule: PictureRule): Promise<Picture> {
  if (rule.types.includes(picture.type) && picture.bytes.byteLength <= rule.maxBytes) return picture;
  // Loaded when first needed: it costs start-up time and memory that most shares never need.
  const { default: sharp } = await import("sharp");
  for (const { side, quality } of STEPS) {
    const bytes = await sharp(picture.bytes)
      .autoOrient()
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .jpeg({ quality })
      .toBuffer()
      .catch((cause: unknown) => {
        throw new PlatformError("rejected", {
          code: "picture-unreadable",
          message: say("The picture cannot be read."),
          cause,
        });
      });
    if (bytes.byteLength <= rule.maxBytes) return { ...picture, bytes, type: "image/jpeg" };
  }
  throw new PlatformError("rejected", {
    code: "picture-too-large",
    message: say("The picture cannot be made small enough for the network."),
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
