/** Writes everything the service knows to one file, from a single snapshot of a database that may be in use. */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open as openFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type pg from "pg";
import { beginSnapshot } from "../../database/copy/copying.ts";
import type { PictureStore } from "../../pages/pictures/picture-store.ts";
import { type Progress, writeContent } from "./backup-content.ts";
import { type Lock, sealing } from "./backup-stream.ts";

export interface BackupPlace {
  readonly pool: pg.Pool;
  readonly pictures: PictureStore;
}

interface Watching {
  onProgress?(progress: Progress): void;
  /** Cancels the backup. */
  readonly signal?: AbortSignal;
}

/** The file cannot be written. The message says why; no partial file is left. */
class BackupUnwritable extends Error {
  override name = "BackupUnwritable";
}

export interface Backup {
  readonly tables: number;
  readonly rows: number;
  readonly pictures: number;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Writes to a temporary file until everything is on the disk, readable by its owner alone. Replaces an existing file.
 * @throws {BackupUnusable} if a recipient is invalid
 * @throws {BackupUnwritable} if the file cannot be written
 */
export async function writeBackup(
  place: BackupPlace,
  path: string,
  lock: Lock = {},
  { onProgress = () => {}, signal }: Watching = {},
): Promise<Backup> {
  const step = sealing(lock);
  await expectNoFolder(path);
  const draft = `${path}.${randomUUID().slice(0, 8)}.part`;
  const client = await place.pool.connect();
  const counts = { tables: 0, rows: 0, pictures: 0 };
  try {
    await beginSnapshot(client);
    const content = writeContent({ client, pictures: place.pictures, onProgress }, counts);
    const file = createWriteStream(draft, { mode: 0o600, flags: "wx", flush: true });
    await pipeline(Readable.from(content, { objectMode: false }), createGzip(), step, file, {
      signal,
    });
    await client.query("commit");
    await rename(draft, path);
    await keepName(path);
    client.release();
  } catch (error) {
    // The connection is in the middle of a copy, so it cannot be reused.
    client.release(true);
    await rm(draft, { force: true });
    throw explain(error, path);
  }
  return { ...counts, bytes: (await stat(path)).size };
}

/** Fails before anything is copied. @throws {BackupUnwritable} if the path is not a regular file */
async function expectNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw new BackupUnwritable(
      `The backup cannot be written to ${path}, which is not a file. Choose another path.`,
    );
}

/** Puts errors of the file system into words and returns all others as they are. */
function explain(error: unknown, path: string): unknown {
  if (error instanceof Error && error.name === "AbortError")
    return new BackupUnwritable("The backup was cancelled and its partial file removed.", { cause: error });
  if (!(error instanceof Error) || !("syscall" in error) || !("errno" in error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (!["open", "write", "writev", "fsync", "rename"].includes(String(error.syscall))) return error;
  const why = WORDS[code] ?? error.message;
  return new BackupUnwritable(`The backup cannot be written to ${path}: ${why}.`, { cause: error });
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  ENOSPC: "that disk is full",
  EDQUOT: "that disk is full for this user",
  EROFS: "that disk is mounted read-only",
};

/** Syncs the folder: a new name is durable only after that. */
async function keepName(path: string): Promise<void> {
  const folder = await openFile(dirname(path));
  await folder.sync().finally(() => folder.close());
}
