/** Whose data folder it is: a lock in it names the process that uses it, and the server that this process started. */
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

/** Somebody else uses this data folder, or may do so. */
export class DataFolderInUse extends Error {
  override name = "DataFolderInUse";
}

const lockShape = z.object({
  owner: processMark,
  /** The folder that the lock was made in: in a copy it says nothing. */
  folder: folderMark,
  server: processMark.optional(),
});
type Lock = z.infer<typeof lockShape>;

export interface Claim {
  /** Writes down which process is our server. */
  noteServer(pid: number): void;
  /** Whether another folder stands at its path by now. */
  isReplaced(): boolean;
  /** Leaves another folder's lock alone. */
  release(): void;
}

/**
 * Reads who wrote the lock of this folder last.
 * @returns undefined: nobody, or the lock says nothing, as it is empty, broken, an older version's or of another folder
 * @throws the file system's error where the lock is there and cannot be read
 */
export function readLock(folder: string): Lock | undefined {
  const lock = parseLock(readText(lockOf(folder)));
  return isSameFolder(lock?.folder, markFolder(folder)) ? lock : undefined;
}

/** The process that has this folder; this one only as long as its server runs, or is about to. */
export function ownerOf(lock: Lock | undefined): number | undefined {
  if (lock === undefined || !isRunning(lock.owner)) return undefined;
  const isOver = lock.owner.pid === process.pid && lock.server !== undefined && !isRunning(lock.server);
  return isOver ? undefined : lock.owner.pid;
}

/**
 * Takes the folder for this process, in place of one that is gone. Of several that do so at once one succeeds.
 * @throws {DataFolderInUse} where another one was faster
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

/** Somebody who claimed the folder since we looked keeps it. @throws {DataFolderInUse} */
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
