/**
 * A file in the data folder that holds nothing. When the disk is full it is let go of, so that PostgreSQL can write what
 * it must, and the operator finds a database that still runs. Once there is room again, it is made anew.
 */
import { randomFillSync } from "node:crypto";
import { access, constants, open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

const NAME = "ballast";
const MEGABYTE = 1_048_576;
/** Of a small disk only a part is held. */
const MOST = 64 * MEGABYTE;
const PART = 0.05;
/** PostgreSQL writes ahead in files of 16 MB, and stops where it cannot make the next. */
const FULL = 24 * MEGABYTE;
/** So many times its own size must be free before it is made. */
const ROOM = 4;

export interface Room {
  readonly freeBytes: number;
  /** Less than PostgreSQL needs to go on for sure. */
  readonly isFull: boolean;
}

/** How much room a folder has. @throws where there is no such folder */
export async function measureRoom(folder: string): Promise<Room> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  return { freeBytes, isFull: freeBytes < FULL };
}

/** @throws where it may not be written to, or is mounted read-only */
export async function expectWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK);
}

/** Lets go of the ballast where the disk is full. @returns whether it did */
export async function letGoOfBallast(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  const { isFull } = await measureRoom(folder);
  if (!isFull || (await sizeOf(path)) === undefined) return false;
  await rm(path, { force: true });
  return true;
}

/** Makes it where there is none, and room for it. @returns whether it did */
export async function makeBallast(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  if ((await sizeOf(path)) !== undefined) return false;
  const { blocks, bsize, bavail } = await statfs(folder);
  const size = Math.floor(Math.min(MOST, blocks * bsize * PART) / MEGABYTE) * MEGABYTE;
  if (size === 0 || bavail * bsize < FULL + ROOM * size) return false;
  // Written whole or not at all: half of it would be of no use.
  await write(path, size).catch(async (error: unknown) => {
    await rm(path, { force: true });
    throw error;
  });
  return true;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

/** Of random bytes, since some file systems keep nothing of zeros. */
async function write(path: string, size: number): Promise<void> {
  const bytes = randomFillSync(Buffer.alloc(MEGABYTE));
  const file = await open(path, "w", 0o600);
  try {
    for (let written = 0; written < size; written += bytes.length) await file.write(bytes);
  } finally {
    await file.close();
  }
}
