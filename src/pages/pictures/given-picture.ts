/** Checks and redraws a picture that a person gives us, so that nothing is kept of its metadata, such as where it was taken. */
import { MOST_PIXELS } from "../../pictures/kind.ts";
import { type Drawing, redrawPicture } from "../../pictures/open.ts";
import { say, type Told } from "../../words/words.ts";
import { type FetchedPicture, isTooSmall } from "./picture.ts";

/** The largest file that is taken, in bytes. Cameras' JPEGs have less. */
export const LARGEST_FILE = 15_000_000;

/** The most bytes that are kept of a picture. Networks take at least 4 MB, and get a smaller one otherwise. */
const MOST_KEPT = 4_000_000;

const jpeg = (side: number, quality: number): Drawing => ({
  ...{ format: "jpeg", fit: "inside", quality },
  ...{ width: side, height: side },
});
const JPEGS = [jpeg(4_096, 90), jpeg(4_096, 75), jpeg(2_048, 80), jpeg(1_200, 75)];
/** Keeps see-through parts and sharp edges, where the file is small enough. */
const PNG: Drawing = { format: "png", fit: "inside", width: 4_096, height: 4_096 };
const SMALL = jpeg(480, 75);

export interface GivenPicture extends FetchedPicture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** A small JPEG of it, at most 480 pixels wide and high. */
  readonly small: Uint8Array;
}

/**
 * Redraws a picture as a JPEG or a PNG.
 * @param name how the person calls it, for the problem
 * @returns the picture, or what is wrong with it
 */
export async function redrawGiven(
  bytes: Uint8Array,
  name: string,
): Promise<GivenPicture | { readonly problem: Told }> {
  if (bytes.byteLength > LARGEST_FILE) return { problem: tooLarge(name, bytes.byteLength) };
  const isHeic = /^(?:hei[cxms]|hev[cx]|mif1|msf1)$/.test(
    Buffer.from(bytes.subarray(8, 12)).toString("latin1"),
  );
  const redrawn = await redrawPicture(bytes, isLossless(bytes) ? [PNG, ...JPEGS] : JPEGS, MOST_KEPT);
  if (redrawn === "later")
    return { problem: say("“{name}” could not be made ready in time. Add it again in a minute.", { name }) };
  if (redrawn === "unusable") {
    if (isHeic)
      return {
        problem: say(
          "“{name}” is an HEIC picture, which networks do not take. Save it as a JPEG and add that.",
          {
            name,
          },
        ),
      };
    return {
      problem: say(
        "“{name}” is not a picture that we can open, or it is broken. Add a JPEG, PNG, WebP, GIF or AVIF file.",
        { name },
      ),
    };
  }
  const { width, height, frames, drawn } = redrawn;
  if (frames > 1)
    return { problem: say("“{name}” moves, and posts take still pictures only. Add a still one.", { name }) };
  if (isTooSmall({ width, height })) return { problem: say("“{name}” is too small to be seen.", { name }) };
  if (drawn === undefined)
    return {
      problem: say("“{name}” has more than {most} million pixels. Make it smaller and add it again.", {
        ...{ name, most: MOST_PIXELS / 1_000_000 },
      }),
    };
  return await withSmall(drawn, name);
}

/** Says that a file is too large to be taken. @param size in bytes */
function tooLarge(name: string, size: number): Told {
  return say("“{name}” has {size, number} MB, and a picture may have at most {most}.", {
    ...{ name, size: Math.ceil(size / 1_000_000), most: LARGEST_FILE / 1_000_000 },
  });
}

async function withSmall(
  bytes: Uint8Array,
  name: string,
): Promise<GivenPicture | { readonly problem: Told }> {
  const small = await redrawPicture(bytes, [SMALL]);
  if (typeof small === "string" || small.drawn === undefined)
    return { problem: say("“{name}” could not be made ready in time. Add it again in a minute.", { name }) };
  const { type, width, height, drawn } = small;
  return { bytes, type, width, height, small: drawn };
}

/** PNG and GIF files begin with these bytes. */
function isLossless(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x89 && bytes[1] === 0x50) || (bytes[0] === 0x47 && bytes[1] === 0x49);
}
