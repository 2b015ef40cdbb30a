/**
 * A file in the data folder that reserves disk space. When the disk is full it is removed, so that PostgreSQL can go on
 * writing and the operator finds a running database. It is created again once there is enough space.
 */
import { randomFillSync } from "node:crypto";
import { access, constants, open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

const NAME = "ballast";
const MEGABYTE = 1_048_576;
/** The size in bytes. On a small disk it is at most PART of the disk. */
const MOST = 64 * MEGABYTE;
const PART = 0.05;
/** In bytes. PostgreSQL's write-ahead log grows by files of 16 MB, and the server stops if it cannot create the next one. */
const FULL = 24 * MEGABYTE;
/** The file is only created if this many times its size is free. */
const ROOM = 4;

export interface Room {
  readonly freeBytes: number;
  /** Whether less is free than PostgreSQL needs to keep running safely. */
  readonly isFull: boolean;
}

/** Measures the free space of the folder's file system. @throws if there is no such folder */
export async function measureRoom(folder: string): Promise<Room> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  return { freeBytes, isFull: freeBytes < FULL };
}

/** @throws if the process has no permission to write to the folder, or it is mounted read-only */
export async function expectWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK);
}

/** Removes the file if the disk is full. @returns whether it was removed */
export async function letGoOfBallast(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  const { isFull } = await measureRoom(folder);
  if (!isFull || (await sizeOf(path)) === undefined) return false;
  await rm(path, { force: true });
  return true;
}

/** Creates the file if there is none and enough space. @returns whether it was created @throws if writing it fails */
export async function makeBallast(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  if ((await sizeOf(path)) !== undefined) return false;
  const { blocks, bsize, bavail } = await statfs(folder);
  const size = Math.floor(Math.min(MOST, blocks * bsize * PART) / MEGABYTE) * MEGABYTE;
  if (size === 0 || bavail * bsize < FULL + ROOM * size) return false;
  // A file of half the size would be of no use.
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

/** Writes random bytes, since some file systems do not store zeros. */
async function write(path: string, size: number): Promise<void> {
  const bytes = randomFillSync(Buffer.alloc(MEGABYTE));
  const file = await open(path, "w", 0o600);
  try {
    for (let written = 0; written < size; written += bytes.length) await file.write(bytes);
  } finally {
    await file.close();
  }
}
