/** The memory and CPU time of processes. Linux only, since it reads /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Lists a process and all its descendants. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // The process has ended meanwhile.
    }
  }
  const family = [root];
  for (const pid of family) for (const [child, parent] of parents) if (parent === pid) family.push(child);
  return family;
}

/** The proportional memory (PSS), so that shared pages count once in a sum. 0 for a process that has ended. */
export function proportionalMegabytes(pid: number): number {
  try {
    const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return Number(found?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** The CPU time of processes, user and system, including children that have ended. */
export function cpuMilliseconds(pids: readonly number[]): number {
  return pids.map(cpuOf).reduce((sum, part) => sum + part, 0);
}

/** `/proc` counts the time of processes in hundredths of a second and that of threads in nanoseconds. */
const TICK_MS = 10;

function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ended = (Number(fields[13]) + Number(fields[14])) * TICK_MS;
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    );
    return ended + threads.reduce((sum, part) => sum + part, 0) / 1_000_000;
  } catch {
    // The process has ended meanwhile.
    return 0;
  }
}
