/** Reads and redraws pictures, in a process of its own for open.ts. */
import sharp, { type Sharp } from "sharp";
import { kinds, mostPixelsOf, type PictureKind } from "./kind.ts";
import type { Drawing, PictureTask } from "./open.ts";

/** A little more than the task's deadline (open.ts), so that a slow picture counts as late and not as unusable. */
const TIMEOUT_SECONDS = 12;

/** The one loader of each kind. All others are blocked: drawings, documents, raw bytes, external programs. */
const LOADERS: Readonly<Record<PictureKind, string>> = {
  jpeg: "VipsForeignLoadJpegBuffer",
  png: "VipsForeignLoadPngBuffer",
  webp: "VipsForeignLoadWebpBuffer",
  gif: "VipsForeignLoadNsgifBuffer",
  avif: "VipsForeignLoadHeifBuffer",
};
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: kinds.map((kind) => LOADERS[kind]) });
// One picture at a time on one core, without a cache.
sharp.cache(false);
sharp.concurrency(1);

/** Works on one task of open.ts. @throws if the content is not of the expected kind */
export async function work({ bytes, kind, drawings, mostBytes }: PictureTask): Promise<unknown> {
  const open = () =>
    sharp(bytes, { limitInputPixels: mostPixelsOf(kind) }).timeout({ seconds: TIMEOUT_SECONDS });
  const {
    format,
    compression,
    width,
    height,
    pages = 1,
    autoOrient,
  } = await open()
    .metadata()
    .catch((error: unknown) => measureAll(bytes, error));
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

/** Measures a picture whose header was read and says that it has too many pixels. Opens none of them. */
async function measureAll(bytes: Uint8Array, error: unknown) {
  if (!(error instanceof Error) || !error.message.includes("exceeds pixel limit")) throw error;
  return await sharp(bytes, { limitInputPixels: false }).metadata();
}

async function draw(picture: Sharp, drawing: Drawing): Promise<Buffer> {
  const { format, width, height, fit, quality, margin = 0, background = "#ffffff" } = drawing;
  const inner = { width: width - 2 * margin, height: height - 2 * margin };
  const around = { top: margin, bottom: margin, left: margin, right: margin, background };
  const resized = picture
    .autoOrient()
    .resize({ ...inner, fit, background, position: "centre", withoutEnlargement: fit === "inside" });
  // Drops metadata, and with it the additional pictures that phones store in a JPEG.
  if (format === "jpeg")
    return await resized.flatten({ background }).toColourspace("srgb").jpeg({ quality }).toBuffer();
  const whole = drawing.background === undefined ? resized : resized.flatten({ background });
  return await (margin === 0 ? whole : whole.extend(around)).png().toBuffer();
}
