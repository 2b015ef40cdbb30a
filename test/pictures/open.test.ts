/** Files that strangers call pictures: none blocks anything, and only pictures reach a decoder. */
import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { readKind } from "../../src/pictures/kind.ts";
import { type Drawing, measurePicture, redrawPicture } from "../../src/pictures/open.ts";
import { createProcesses } from "../../src/workers/processes.ts";
import { waitFor } from "../harness/wait.ts";
import { hostilePictures, largePictures } from "../stress/hostile/pictures.ts";

const SMALL: Drawing = { format: "jpeg", width: 100, height: 100, fit: "inside", quality: 80 };
const made = new Map<string, Uint8Array>();

/** "later" means that this machine is busy, and says nothing about the picture. */
const redrawInTurn = (bytes: Uint8Array) =>
  waitFor("its turn", async () => {
    const redrawn = await redrawPicture(bytes, [SMALL]);
    return redrawn === "later" ? undefined : redrawn;
  });

beforeAll(async () => {
  for (const { name, make } of hostilePictures) made.set(name, await make());
});

test.each(hostilePictures)("$name", async ({ name, opened }) => {
  const bytes = made.get(name) ?? new Uint8Array();
  expect(readKind(bytes) === undefined).toBe(opened === "never");
  const redrawn = await redrawInTurn(bytes);
  if (opened === "yes") expect(redrawn).toMatchObject({ drawn: expect.any(Uint8Array) });
  else expect(typeof redrawn === "string" ? redrawn : (redrawn.drawn ?? "unusable")).toBe("unusable");
});

test.each([
  "jpeg",
  "png",
  "webp",
  "gif",
  "avif",
] as const)("%s is opened, and called what it is", async (kind) => {
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: "teal" } })
    .toFormat(kind)
    .toBuffer();
  expect(await measurePicture(bytes)).toMatchObject({ type: `image/${kind}`, width: 40, height: 30 });
});

test("AVIF, which is slow to open, is opened with fewer pixels than others", async () => {
  const make = (format: "avif" | "webp") =>
    sharp({ create: { width: 4_200, height: 4_000, channels: 3, background: "teal" } })
      .toFormat(format, { effort: 0 })
      .toBuffer();
  expect(await redrawPicture(await make("webp"), [SMALL])).toMatchObject({ drawn: expect.any(Uint8Array) });
  const avif = await make("avif");
  expect(await redrawInTurn(avif)).toMatchObject({ drawn: undefined, width: 4_200 });
});

/** As open.ts has them, to pass on what it would refuse. */
const decoders = createProcesses({
  file: new URL("../../src/pictures/picture-process.ts", import.meta.url).pathname,
  ...{ mostAtOnce: 1, mostWaiting: 10, deadlineMs: 60_000, memoryMb: 1_024 },
});

test.each([
  "a drawing",
  "a document",
  "TIFF",
  "portable pixels",
])("even handed to it, the decoders' process does not open %s", async (name) => {
  const task = { bytes: made.get(name), kind: "png", drawings: [SMALL], mostBytes: Number.POSITIVE_INFINITY };
  const outcome = await decoders.run(task, z.unknown());
  expect(outcome.failure).toBe("failed");
  expect(String(outcome.cause)).toContain("unsupported image format");
  await decoders.close();
});

test("large pictures leave this process as small as it was, and its threads free", async () => {
  const large = await Promise.all(Object.values(largePictures).map((make) => make()));
  const before = process.memoryUsage().rss;
  const redrawn = Promise.all([...large, ...large].map(redrawInTurn));
  // As many as libuv has threads, on which passwords are checked.
  await Promise.all(Array.from({ length: 4 }, () => promisify(pbkdf2)("word", "salt", 10, 32, "sha256")));
  for (const each of await redrawn) expect(each).toMatchObject({ drawn: expect.any(Uint8Array) });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_024 * 1_024);
});
