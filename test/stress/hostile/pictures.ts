/**
 * Files with the names of pictures: drawings, documents, truncated pictures, pictures of another kind than they begin
 * like, or with more in them than they show.
 */
import { crc32 } from "node:zlib";
import sharp from "sharp";

export interface HostilePicture {
  readonly name: string;
  /**
   * "never": its first bytes are not those of a picture that we open. "perhaps": a decoder reads it, and may find
   * nothing usable.
   */
  readonly opened: "never" | "perhaps" | "yes";
  make(): Promise<Uint8Array> | Uint8Array;
}

const text = (words: string) => new TextEncoder().encode(words);
const bytes = (...parts: readonly (string | Uint8Array)[]) =>
  new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part))),
  );
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "teal" } });
/** An ordinary drawing: its kind alone decides what it could do. */
const DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>';

/** The box at the start of HEIF and AVIF, with these brands. */
function brandBox(...brands: readonly string[]): Uint8Array {
  const [major = "", ...others] = brands;
  const box = Buffer.from(`\0\0\0\0ftyp${major}\0\0\0\0${others.join("")}`, "latin1");
  box.writeUInt32BE(box.length);
  return box;
}

/** Only the header of a PNG, which announces more pixels than follow. */
function declaredPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13);
  header.write("IHDR", 4, "latin1");
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, 2, 0, 0, 0], 16);
  header.writeUInt32BE(crc32(header.subarray(4, 21)), 21);
  return bytes("\x89PNG\r\n\x1a\n", header);
}

/** A picture with many frames of one size. */
async function moving(format: "gif" | "webp", frames: number): Promise<Uint8Array> {
  const [width, height] = [64, 48];
  const raw = Buffer.alloc(width * height * frames * 3);
  for (let at = 0; at < raw.length; at += 1) raw[at] = (at / 97) % 256;
  const strip = sharp(raw, {
    raw: { width, height: height * frames, channels: 3, pageHeight: height },
  });
  return await (format === "gif" ? strip.gif({ effort: 1 }) : strip.webp({ effort: 0 })).toBuffer();
}

export const hostilePictures: readonly HostilePicture[] = [
  { name: "a drawing", opened: "never", make: () => text(DRAWING) },
  { name: "a drawing behind blanks", opened: "never", make: () => text(`${" ".repeat(500)}${DRAWING}`) },
  {
    name: "a drawing behind a mark",
    opened: "never",
    make: () => text(`\ufeff<?xml version="1.0"?>${DRAWING}`),
  },
  { name: "a document", opened: "never", make: () => text("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF") },
  { name: "a page", opened: "never", make: () => text("<!doctype html><title>No picture</title>") },
  {
    name: "a program for drawing",
    opened: "never",
    make: () => text("push graphic-context\nviewbox 0 0 9 9\npop graphic-context"),
  },
  { name: "PostScript", opened: "never", make: () => text("%!PS-Adobe-3.0 EPSF-3.0\nshowpage\n") },
  { name: "TIFF", opened: "never", make: () => plain(40, 30).tiff().toBuffer() },
  { name: "a bitmap", opened: "never", make: () => bytes("BM", new Uint8Array(60)) },
  { name: "HEIC", opened: "never", make: () => bytes(brandBox("heic", "mif1", "heic"), new Uint8Array(200)) },
  {
    name: "a film",
    opened: "never",
    make: () => bytes(brandBox("isom", "iso2", "mp41"), new Uint8Array(200)),
  },
  { name: "JPEG 2000", opened: "never", make: () => bytes("\0\0\0\x0cjP  \r\n\x87\n", new Uint8Array(200)) },
  { name: "JPEG XL", opened: "never", make: () => bytes("\xff\x0a", new Uint8Array(200)) },
  { name: "portable pixels", opened: "never", make: () => text("P3 1 1 255 0 0 0\n") },
  { name: "OpenEXR", opened: "never", make: () => bytes("v/1\x01", new Uint8Array(200)) },
  { name: "an archive", opened: "never", make: () => bytes("PK\x03\x04", new Uint8Array(200)) },
  { name: "sound", opened: "never", make: () => bytes("RIFF\x24\0\0\0WAVEfmt ", new Uint8Array(40)) },
  { name: "nothing", opened: "never", make: () => new Uint8Array(0) },
  { name: "one byte", opened: "never", make: () => new Uint8Array([0xff]) },
  { name: "zeros", opened: "never", make: () => new Uint8Array(100_000) },
  { name: "a drawing that begins like a GIF", opened: "perhaps", make: () => text(`GIF89a${DRAWING}`) },
  {
    name: "a drawing that begins like a JPEG",
    opened: "perhaps",
    make: () => bytes("\xff\xd8\xff", DRAWING),
  },
  {
    name: "HEIC that names AVIF too",
    opened: "perhaps",
    make: () => bytes(brandBox("heic", "mif1", "avif"), new Uint8Array(200)),
  },
  {
    name: "a picture cut off",
    opened: "perhaps",
    make: async () => (await plain(800, 600).png().toBuffer()).subarray(0, 300),
  },
  {
    name: "a photograph cut off",
    opened: "perhaps",
    make: async () => (await plain(800, 600).jpeg().toBuffer()).subarray(0, 400),
  },
  {
    name: "a picture of 2,000,000,000 by 2,000,000,000",
    opened: "perhaps",
    make: () => declaredPng(2_000_000_000, 2_000_000_000),
  },
  { name: "a picture of 60,000 by 60,000", opened: "perhaps", make: () => declaredPng(60_000, 60_000) },
  {
    name: "a picture of 7,000 by 7,000 without its pixels",
    opened: "perhaps",
    make: () => declaredPng(7_000, 7_000),
  },
  {
    name: "a picture of 108 million pixels",
    opened: "perhaps",
    make: () => plain(12_000, 9_000).png().toBuffer(),
  },
  { name: "a GIF of 500 frames", opened: "yes", make: () => moving("gif", 500) },
  { name: "a WebP of 200 frames", opened: "yes", make: () => moving("webp", 200) },
  {
    name: "a picture with a drawing behind it",
    opened: "yes",
    make: async () => bytes(await plain(40, 30).png().toBuffer(), DRAWING),
  },
];

/** Valid and large: 48 million pixels, in the kinds that take the most memory. */
export const largePictures = {
  jpeg: () => plain(8_000, 6_000).jpeg({ progressive: true }).toBuffer(),
  png: () => plain(8_000, 6_000).png().toBuffer(),
  webp: () => plain(8_000, 6_000).webp({ effort: 0 }).toBuffer(),
};
