/** Opens pictures, in a process of its own (open.ts asks for it): looks at their facts, and draws them anew. */
import sharp, { type Sharp } from "sharp";
import { kinds, mostPixelsOf, type PictureKind } from "./kind.ts";
import type { Drawing, PictureTask } from "./open.ts";

/** A little more than the whole task has (open.ts): what is late shall come later, and not count as no picture. */
const TIMEOUT_SECONDS = 12;

/** The one loader of each kind; whatever else was built in (drawings, documents, raw bytes, others' programs) is closed. */
const LOADERS: Readonly<Record<PictureKind, string>> = {
  jpeg: "VipsForeignLoadJpegBuffer",
  png: "VipsForeignLoadPngBuffer",
  webp: "VipsForeignLoadWebpBuffer",
  gif: "VipsForeignLoadNsgifBuffer",
  avif: "VipsForeignLoadHeifBuffer",
};
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: kinds.map((kind) => LOADERS[kind]) });
// One picture at a time, on one core; nothing of it is kept for the next.
sharp.cache(false);
sharp.concurrency(1);

export async function work({ bytes, kind, drawings, mostBytes }: PictureTask): Promise<unknown> {
  const open = () =>
    sharp(bytes, { limitInputPixels: mostPixelsOf(kind) }).timeout({ seconds: TIMEOUT_SECONDS });
  const { format, compression, width, height, pages = 1, autoOrient } = await open().metadata();
  if (format !== (kind === "avif" ? "heif" : kind) || (kind === "avif" && compression !== "av1"))
    throw new Error(`It begins like ${kind}, and is ${format}.`);
  const facts = { width: autoOrient.width, height: autoOrient.height, frames: pages };
  if (width * height > mostPixelsOf(kind)) return facts;
  for (const drawing of drawings) {
    const drawn = await draw(open(), drawing);
    if (drawn.byteLength <= mostBytes) return { ...facts, drawn };
  }
  return facts;
}

async function draw(picture: Sharp, { format, width, height, fit, quality }: Drawing): Promise<Buffer> {
  const background = "#ffffff";
  const resized = picture
    .autoOrient()
    .resize({ width, height, fit, background, position: "centre", withoutEnlargement: fit === "inside" });
  // Metadata is left out, and with it the second pictures that phones put into a JPEG.
  return format === "png"
    ? await resized.png().toBuffer()
    : await resized.flatten({ background }).toColourspace("srgb").jpeg({ quality }).toBuffer();
}
