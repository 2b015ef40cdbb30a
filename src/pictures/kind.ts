/** Decides which pictures are opened: by their first bytes, before any decoder runs, and by their pixels. */

export const kinds = ["jpeg", "png", "webp", "gif", "avif"] as const;
export type PictureKind = (typeof kinds)[number];

/** The most pixels that are opened: a small file may expand to gigabytes. */
export const MOST_PIXELS = 50_000_000;
/** For AVIF, which takes three times as long per pixel (55 ms for a million on an ordinary machine). */
const MOST_PIXELS_OF_AVIF = 4_096 * 4_096;

/** The most pixels of a picture of this kind. */
export function mostPixelsOf(kind: PictureKind): number {
  return kind === "avif" ? MOST_PIXELS_OF_AVIF : MOST_PIXELS;
}

/** The kind of a picture by its content; undefined for any that are not opened. */
export function readKind(bytes: Uint8Array): PictureKind | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256));
  const has = (at: number, text: string) => start.toString("latin1", at, at + text.length) === text;
  if (has(0, "\xff\xd8\xff")) return "jpeg";
  if (has(0, "\x89PNG\r\n\x1a\n")) return "png";
  if (has(0, "GIF87a") || has(0, "GIF89a")) return "gif";
  if (has(0, "RIFF") && has(8, "WEBP")) return "webp";
  return has(4, "ftyp") && readBrands(start).some((brand) => brand === "avif" || brand === "avis")
    ? "avif"
    : undefined;
}

/** The major and compatible brands (ISO/IEC 14496-12, section 4.3). */
function readBrands(start: Buffer): string[] {
  const end = start.length < 16 ? 0 : Math.min(start.readUInt32BE(0), start.length);
  const brands = end < 16 ? [] : [start.toString("latin1", 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(start.toString("latin1", at, at + 4));
  return brands;
}
