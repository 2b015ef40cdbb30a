import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pagePreviews, publicPictures } from "../../src/database/schema.ts";
import { openPictureStore, PictureStoreFailed } from "../../src/pages/pictures/picture-store.ts";
import { findPreview, knowPreview, removeOldPreviews } from "../../src/pages/pictures/preview.ts";
import {
  findHostedPicture,
  hostPicture,
  removeExpiredPictures,
} from "../../src/pages/pictures/public-pictures.ts";
import { type Bucket, startBucket } from "../harness/networks/bucket.ts";
import { drawPicture, hostPicture as serveFromASite } from "../harness/networks/pictures.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

let bucket: Bucket;
let service: TestService;
beforeAll(async () => {
  bucket = await startBucket();
  service = await startTestService(bucket.settings);
});
afterAll(async () => {
  await service.stop();
  bucket.stop();
});

const nameOf = (address: string) => /\/([\w-]+)\.\w+$/.exec(address)?.[1] ?? "";
const later = (days: number) => ({
  ...service.runtime,
  now: () => new Date(Date.now() + days * 86_400_000),
});

test("pictures for networks lie in the bucket, are served from there, and leave it when their day is over", async () => {
  const picture = { bytes: await drawPicture(30, 20), type: "image/png" };
  const address = await hostPicture(service.runtime, picture);
  expect([...bucket.objects.values()].some(({ bytes }) => bytes.equals(picture.bytes))).toBe(true);
  const nameHash = createHash("sha256").update(nameOf(address)).digest("hex");
  const rows = await service.runtime.database
    .select({ bytes: publicPictures.bytes })
    .from(publicPictures)
    .where(eq(publicPictures.nameHash, nameHash));
  expect(rows).toEqual([{ bytes: null }]);
  const served = await fetch(address);
  expect(served.headers.get("content-type")).toBe("image/png");
  expect(Buffer.from(await served.arrayBuffer()).equals(Buffer.from(picture.bytes))).toBe(true);
  expect([...bucket.objects.keys()].join()).not.toContain(nameOf(address));

  const before = bucket.objects.size;
  await removeExpiredPictures(later(2));
  expect(bucket.objects.size).toBe(before - 1);
  expect(await findHostedPicture(service.runtime, nameOf(address))).toBeUndefined();
});

test("previews lie there too, and leave it when nobody has looked for a week", async () => {
  const { runtime } = service;
  const world = { ...runtime, secret: runtime.config.sessionSecret };
  const bytes = await drawPicture(640, 400, "navy");
  const address = await serveFromASite({ bytes, type: "image/png", alt: "" });
  const preview = await knowPreview(world, address);
  expect(preview).toMatchObject({ type: "image/png", width: 640, height: 400, size: bytes.byteLength });
  const name = nameOf(preview?.path ?? "");
  expect((await findPreview(runtime, name))?.byteLength).toBeGreaterThan(100);
  await removeOldPreviews(later(8));
  expect(await findPreview(runtime, name)).toBeUndefined();
  expect(await runtime.database.select().from(pagePreviews)).toEqual([]);
});

test("what was kept in the database before there was a bucket is still found", async () => {
  const { runtime } = service;
  const picture = { bytes: await drawPicture(11, 12), type: "image/png" };
  const address = await hostPicture({ ...runtime, pictures: openPictureStore(undefined) }, picture);
  expect((await findHostedPicture(runtime, nameOf(address)))?.bytes.byteLength).toBe(
    picture.bytes.byteLength,
  );
});

test("a store that refuses or does not answer is told by its own code, without the key", async () => {
  const { runtime } = service;
  const settings = runtime.config.pictureBucket;
  if (settings === undefined) throw new Error("There is no bucket.");
  const picture = { bytes: await drawPicture(10, 10), type: "image/png" };
  const wrong = openPictureStore({ ...settings, secret: "another secret" });
  await expect(wrong.put("a", picture)).rejects.toThrow(/answered 403 \(SignatureDoesNotMatch\)/);
  const nowhere = openPictureStore({ ...settings, address: new URL("http://127.0.0.1:9/pictures") });
  await expect(nowhere.get("a", null)).rejects.toThrow(PictureStoreFailed);
});
