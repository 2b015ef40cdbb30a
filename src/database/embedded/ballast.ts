/**
 * A file in the data folder that only takes up room. When the disk is full it is removed, so that PostgreSQL can write what
 * it must and the operator finds a database that still runs. Once there is room again, it is made anew.
 */
import { randomFillSync } from "node:crypto";
import { access, constants, open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

const NAME = "ballast";
const MEGABYTE = 1_048_576;
/** In bytes; on a small disk no more than PART of it. */
const MOST = 64 * MEGABYTE;
const PART = 0.05;
/** In bytes. PostgreSQL's write-ahead log grows by files of 16 MB; it stops when it cannot create the next one. */
const FULL = 24 * MEGABYTE;
/** It is made only where this many times its size is free. */
const ROOM = 4;

export interface Room {
  readonly freeBytes: number;
  /** Less is free than PostgreSQL needs to go on safely. */
  readonly isFull: boolean;
}

/** How much room the folder's file system has. @throws if there is no such folder */
export async function measureRoom(folder: string): Promise<Room> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  return { freeBytes, isFull: freeBytes < FULL };
}

/** @throws if the process may not write to the folder, or it is mounted read-only */
export async function expectWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK);
}

/** Removes the ballast if the disk is full. @returns whether it did */
export async function letGoOfBallast(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  const { isFull } = await measureRoom(folder);
  if (!isFull || (await sizeOf(path)) === undefined) return false;
  await rm(path, { force: true });
  return true;
}

/** Makes the ballast if there is none and room for it. @returns whether it did @throws if writing it fails */
export async function makeBallast(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  if ((await sizeOf(path)) !== undefined) return false;
  const { blocks, bsize, bavail } = await statfs(folder);
  const size = Math.floor(Math.min(MOST, blocks * bsize * PART) / MEGABYTE) * MEGABYTE;
  if (size === 0 || bavail * bsize < FULL + ROOM * size) return false;
  // All or nothing: half a ballast is of no use.
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

/** Random bytes, since some file systems store no zeros. */
async function write(path: string, size: number): Promise<void> {
  const bytes = randomFillSync(Buffer.alloc(MEGABYTE));
  const file = await open(path, "w", 0o600);
  try {
    for (let written = 0; written < size; written += bytes.length) await file.write(bytes);
  } finally {
    await file.close();
  }
}
