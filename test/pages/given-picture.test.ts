import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { redrawGiven } from "../../src/pages/pictures/given-picture.ts";
import { inEnglish } from "../../src/words/words.ts";
import { drawPicture } from "../harness/networks/pictures.ts";

const photo = () => sharp({ create: { width: 900, height: 600, channels: 3, background: "olive" } });

/** A PNG that says to be of this size, and has the pixels of a small one. */
async function claim(width: number, height: number): Promise<Uint8Array> {
  const bytes = Buffer.from(await drawPicture(40, 30));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  // The checksum of the header, which decoders compare.
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

async function refuse(bytes: Uint8Array, name: string): Promise<string> {
  const given = await redrawGiven(bytes, name);
  if (!("problem" in given)) throw new Error("It was taken.");
  return inEnglish(given.problem);
}

test("a photo is turned upright and loses what its camera wrote into it", async () => {
  const bytes = await photo()
    .withExif({ IFD3: { GPSLatitude: "52/1 30/1 0/1" }, IFD0: { Artist: "Ana" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect((await sharp(bytes).metadata()).exif).toBeDefined();
  const given = await redrawGiven(bytes, "beach.jpg");
  expect(given).toMatchObject({ type: "image/jpeg", width: 600, height: 900 });
  const kept = "bytes" in given ? [given.bytes, given.small] : [];
  for (const each of kept) {
    const { exif, orientation } = await sharp(each).metadata();
    expect([exif, orientation]).toEqual([undefined, undefined]);
  }
  expect(kept).toHaveLength(2);
});

test("a PNG stays see-through, and a WebP and an AVIF become what every network takes", async () => {
  const clear = await sharp({ create: { width: 60, height: 60, channels: 4, background: "#00000000" } })
    .png()
    .toBuffer();
  expect(await redrawGiven(clear, "sign.png")).toMatchObject({ type: "image/png" });
  expect(await redrawGiven(await photo().webp().toBuffer(), "a.webp")).toMatchObject({ type: "image/jpeg" });
  expect(await redrawGiven(await photo().avif().toBuffer(), "a.avif")).toMatchObject({ type: "image/jpeg" });
});

test("a picture that is too heavy as a PNG becomes a JPEG", async () => {
  const noise = sharp(randomBytes(1_600 * 1_200 * 3), { raw: { width: 1_600, height: 1_200, channels: 3 } });
  const given = await redrawGiven(await noise.png({ compressionLevel: 1 }).toBuffer(), "noise.png");
  expect(given).toMatchObject({ type: "image/jpeg", width: 1_600 });
  expect("bytes" in given && given.bytes.byteLength).toBeLessThanOrEqual(4_000_000);
});

test("what is no picture of a kind that we take is refused by name, with what to do", async () => {
  const text = new TextEncoder().encode("Just words");
  expect(await refuse(text, "notes.png")).toBe(
    "“notes.png” is not a picture that we can open, or it is broken. Add a JPEG, PNG, WebP, GIF or AVIF file.",
  );
  expect(
    await refuse(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), "a.svg"),
  ).toMatch(/^“a.svg” is not a picture/);
  expect(await refuse(new Uint8Array(0), "empty.jpg")).toMatch(/^“empty.jpg” is not a picture/);
  const whole = await photo().jpeg().toBuffer();
  expect(await refuse(whole.subarray(0, 200), "cut.jpg")).toMatch(/^“cut.jpg” is not a picture/);
  const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");
  expect(await refuse(heic, "IMG_1.HEIC")).toBe(
    "“IMG_1.HEIC” is an HEIC picture, which networks do not take. Save it as a JPEG and add that.",
  );
});

test("a picture that moves, is tiny, too heavy or too wide is refused", async () => {
  const frames = [await drawPicture(60, 60, "teal"), await drawPicture(60, 60, "olive")];
  const moving = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  expect(await refuse(moving, "dance.gif")).toBe(
    "“dance.gif” moves, and posts take still pictures only. Add a still one.",
  );
  expect(await refuse(await drawPicture(3, 3), "dot.png")).toBe("“dot.png” is too small to be seen.");
  expect(await refuse(new Uint8Array(30_000_000), "huge.jpg")).toBe(
    "“huge.jpg” has 30 MB, and a picture may have at most 15.",
  );
  expect(await refuse(await claim(30_000, 30_000), "bomb.png")).toBe(
    "“bomb.png” has more than 50 million pixels. Make it smaller and add it again.",
  );
});
