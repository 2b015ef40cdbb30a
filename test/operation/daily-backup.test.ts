/**
 * A backup each day: made once, whichever process makes it; the oldest are removed; failures are reported and retried.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backUpDaily, lastBackup } from "../../src/operation/backup/daily-backup.ts";
import { openPictureStore } from "../../src/pages/pictures/picture-store.ts";
import { type FreshDatabase, freshDatabase } from "../harness/database/database.ts";
import { type Bucket, startBucket } from "../harness/networks/bucket.ts";

const HOUR_MS = 3_600_000;
let open: FreshDatabase;
let folder: string;
let bucket: Bucket;
let time: number;
let logged: string[];

beforeEach(async () => {
  open = await freshDatabase();
  folder = join(mkdtempSync(join(tmpdir(), "sharewell-daily-")), "backups");
  bucket = await startBucket();
  time = Date.parse("2026-11-30T12:00:00Z");
  logged = [];
});
afterEach(async () => {
  await open.close();
  bucket.stop();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

function run(changes: { folder?: string; toBucket?: boolean } = {}): Promise<void> {
  const log = (_: object, message: string) => void logged.push(message);
  const {
    SOCIAL_PICTURES_S3_URL: url = "",
    SOCIAL_PICTURES_S3_REGION: region = "",
    ...key
  } = bucket.settings;
  const keyId = key.SOCIAL_PICTURES_S3_KEY_ID ?? "";
  const secret = key.SOCIAL_PICTURES_S3_SECRET ?? "";
  return backUpDaily({
    ...open,
    pictures: openPictureStore({ address: new URL(url), region, keyId, secret }),
    config: { backups: { folder, keep: 2, recipient: undefined, toBucket: true, ...changes } },
    log: { info: log, error: log },
    now: () => new Date(time),
  });
}

test("one a day, however many ask, and the oldest go from the folder and the bucket alike", async () => {
  await Promise.all([run(), run(), run()]);
  expect(readdirSync(folder)).toEqual(["sharewell-2026-11-30T120000Z.backup"]);
  await run();
  writeFileSync(join(folder, "notes.txt"), "not ours");
  for (let day = 1; day <= 3; day += 1) {
    time += 24 * HOUR_MS;
    await run();
  }
  expect(readdirSync(folder)).toEqual([
    "notes.txt",
    "sharewell-2026-12-02T120000Z.backup",
    "sharewell-2026-12-03T120000Z.backup",
  ]);
  expect([...bucket.objects.keys()].map((key) => key.split("/").at(-1))).toEqual([
    "sharewell-2026-12-02T120000Z.backup",
    "sharewell-2026-12-03T120000Z.backup",
  ]);
  expect(await lastBackup(open)).toMatchObject({ madeAt: new Date(time), problem: undefined });
});

test("one that fails is told, and tried again after an hour", async () => {
  await run();
  const madeAt = new Date(time);
  time += 24 * HOUR_MS;
  const file = join(folder, "notes.txt");
  writeFileSync(file, "");
  await run({ folder: join(file, "below") });
  expect(logged.at(-1)).toBe("the daily backup failed: it is tried again in an hour");
  const [failingSince, problem] = [new Date(time), expect.stringContaining("ENOTDIR")];
  expect(await lastBackup(open)).toMatchObject({ madeAt, problem, failingSince });
  await run();
  expect(await lastBackup(open)).toMatchObject({ madeAt });
  time += HOUR_MS;
  await run();
  expect(await lastBackup(open)).toMatchObject({ madeAt: new Date(time), problem: undefined });
});
