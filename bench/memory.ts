/** What processes take of the machine: its memory and its processor. Linux only: reads /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** A process and all its descendants. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const family = [root];
  for (const pid of family) for (const [child, parent] of parents) if (parent === pid) family.push(child);
  return family;
}

/** Shared pages counted in parts, so that the sum is what the machine gives; nothing of a process that has ended. */
export function proportionalMegabytes(pid: number): number {
  try {
    const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return Number(found?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** The processor's time that processes took, user and system, with that of their children that ended. */
export function cpuMilliseconds(pids: readonly number[]): number {
  return pids.map(cpuOf).reduce((sum, part) => sum + part, 0);
}

/** What `/proc` counts in is a hundredth of a second, but for threads, which it counts in nanoseconds. */
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
    // It ended while we looked.
    return 0;
  }
}
