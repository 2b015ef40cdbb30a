/** Identifies processes and folders. A process id alone can be reused, or belong to another container. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { z } from "zod";

/** Identifies a process among all that ever ran, in any container. */
export const processMark = z.object({
  pid: z.int().positive(),
  /** Its start time in clock ticks since the machine booted. */
  started: z.string().min(1),
  /** The kernel's id of this boot. */
  boot: z.string().min(1),
  /** The namespace of the process id. */
  namespace: z.string().min(1),
});
export type ProcessMark = z.infer<typeof processMark>;

/** Identifies a folder regardless of its path: links and mounts lead to the same folder, a copy is another one. */
export const folderMark = z.object({ device: z.string(), inode: z.string() });
export type FolderMark = z.infer<typeof folderMark>;

/** @returns undefined if there is no such process, or if this system has no /proc */
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

/** Whether exactly this process is running and visible to us. */
export function isRunning(mark: ProcessMark): boolean {
  const found = markProcess(mark.pid);
  return (
    found !== undefined &&
    found.started === mark.started &&
    found.boot === mark.boot &&
    found.namespace === mark.namespace
  );
}

/** @returns undefined if there is no folder, or if we have no permission to look */
export function markFolder(path: string): FolderMark | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return { device: String(dev), inode: String(ino) };
  } catch {
    return undefined;
  }
}

/** Whether both are known and the same folder. */
export function isSameFolder(one: FolderMark | undefined, other: FolderMark | undefined): boolean {
  return one !== undefined && one.device === other?.device && one.inode === other.inode;
}

/** Lists the ids of the processes whose working directory is this folder: those of our user, or all for root. */
export function processesIn(folder: string): number[] {
  const mark = markFolder(folder);
  if (mark === undefined) return [];
  return listProcesses().filter((pid) => isSameFolder(mark, workingFolder(pid)));
}

/** Whether the process certainly has another working directory. */
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
