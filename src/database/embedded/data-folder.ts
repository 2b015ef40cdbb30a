/** The lock of a data folder: it names the process that uses the folder and the server that this process started. */
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import {
  folderMark,
  isRunning,
  isSameFolder,
  markFolder,
  markProcess,
  type ProcessMark,
  processMark,
} from "./process-marks.ts";

/** Another process uses this data folder, or may be using it. */
export class DataFolderInUse extends Error {
  override name = "DataFolderInUse";
}

const lockShape = z.object({
  owner: processMark,
  /** The folder in which the lock was created. In a copy of the folder, the lock is void. */
  folder: folderMark,
  server: processMark.optional(),
});
type Lock = z.infer<typeof lockShape>;

export interface Claim {
  /** Records the process id of our server. */
  noteServer(pid: number): void;
  /** Whether another folder is now at its path. */
  isReplaced(): boolean;
  /** Removes the lock, unless another folder is now at its path. */
  release(): void;
}

/**
 * Reads the lock of this folder.
 * @returns undefined if there is none, or if it is empty, corrupt, from an older version or from another folder
 * @throws the file system's error if the lock exists but cannot be read
 */
export function readLock(folder: string): Lock | undefined {
  const lock = parseLock(readText(lockOf(folder)));
  return isSameFolder(lock?.folder, markFolder(folder)) ? lock : undefined;
}

/** @returns the id of the process that uses this folder; our own only while its server runs or is being started */
export function ownerOf(lock: Lock | undefined): number | undefined {
  if (lock === undefined || !isRunning(lock.owner)) return undefined;
  const isOver = lock.owner.pid === process.pid && lock.server !== undefined && !isRunning(lock.server);
  return isOver ? undefined : lock.owner.pid;
}

/**
 * Locks the folder for this process, replacing the lock of a dead process. Of several concurrent calls, one succeeds.
 * @throws {DataFolderInUse} if another process was faster
 */
export function claimFolder(folder: string): Claim {
  const path = lockOf(folder);
  const text = (server?: ProcessMark) =>
    `${JSON.stringify({ owner: markProcess(process.pid), folder: markFolder(folder), server })}\n`;
  const draft = join(folder, `sharewell.pid.${randomUUID()}`);
  const mark = markFolder(folder);
  const isReplaced = () => {
    const now = markFolder(folder);
    return now !== undefined && !isSameFolder(now, mark);
  };
  writeFileSync(draft, text());
  try {
    if (!link(draft, path)) {
      const before = readText(path);
      if (ownerOf(readLock(folder)) !== undefined) throw inUse(folder);
      takeAway(path, before);
      if (!link(draft, path)) throw inUse(folder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    noteServer: (pid) => {
      writeFileSync(draft, text(markProcess(pid)));
      renameSync(draft, path);
    },
    isReplaced,
    release: () => {
      if (!isReplaced()) rmSync(path, { force: true });
    },
  };
}

/** Removes the lock unless it has changed since we read it. @throws {DataFolderInUse} if it has */
function takeAway(path: string, judged: string | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readText(aside) === judged) return;
    link(aside, path);
    throw inUse(join(path, ".."));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function inUse(folder: string): DataFolderInUse {
  return new DataFolderInUse(
    `The data folder ${folder} is in use by another Sharewell, which has just started: stop that one, or choose another folder with --data.`,
  );
}

function lockOf(folder: string): string {
  return join(folder, "sharewell.pid");
}

/** @returns whether the name was free */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseLock(text: string | undefined): Lock | undefined {
  try {
    return lockShape.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
