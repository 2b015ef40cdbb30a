/** Which process is which: a process id alone may belong to another one by now, or be one of another container. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { z } from "zod";

/** Tells one process from all others that ever ran, in whatever container. */
export const processMark = z.object({
  pid: z.int().positive(),
  /** When it started, in the kernel's ticks since the machine did. */
  started: z.string().min(1),
  /** The kernel's name for this run of the machine. */
  boot: z.string().min(1),
  /** Where the process id counts. */
  namespace: z.string().min(1),
});
export type ProcessMark = z.infer<typeof processMark>;

/** A folder by what it is, not by its path: links and mounts lead to the same one, a copy is another. */
export const folderMark = z.object({ device: z.string(), inode: z.string() });
export type FolderMark = z.infer<typeof folderMark>;

/** @returns undefined: there is no such process any more, or this system does not tell (it has no /proc) */
export function markProcess(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const started = rest[18];
    if (state === "Z" || started === undefined) return undefined;
    return {
      ...{ pid, started },
      boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
      namespace: readlinkSync("/proc/self/ns/pid"),
    };
  } catch {
    return undefined;
  }
}

/** Whether exactly this process runs where we can see it. */
export function isRunning(mark: ProcessMark): boolean {
  const found = markProcess(mark.pid);
  return (
    found !== undefined &&
    found.started === mark.started &&
    found.boot === mark.boot &&
    found.namespace === mark.namespace
  );
}

/** @returns undefined: there is nothing, or we may not look */
export function markFolder(path: string): FolderMark | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return { device: String(dev), inode: String(ino) };
  } catch {
    return undefined;
  }
}

export function isSameFolder(one: FolderMark | undefined, other: FolderMark | undefined): boolean {
  return one !== undefined && one.device === other?.device && one.inode === other.inode;
}

/** Every process that works in this folder, as far as we may see them: those of our own user, or all for root. */
export function processesIn(folder: string): number[] {
  const mark = markFolder(folder);
  if (mark === undefined) return [];
  return listProcesses().filter((pid) => isSameFolder(mark, workingFolder(pid)));
}

/** Whether the process surely works elsewhere. */
export function worksElsewhere(pid: number, folder: string): boolean {
  const where = workingFolder(pid);
  return where !== undefined && !isSameFolder(where, markFolder(folder));
}

function workingFolder(pid: number): FolderMark | undefined {
  return markFolder(`/proc/${pid}/cwd`);
}

function listProcesses(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
