/** Stops a server that still runs although its Sharewell was killed, but only if it is certainly ours. */
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DataFolderInUse } from "./data-folder.ts";
import { isRunning, type ProcessMark, processesIn, worksElsewhere } from "./process-marks.ts";

/** A server stops when its Sharewell does, and its helper processes when the server does, within moments. */
const BY_ITSELF_MS = 10_000;
/** How long each way to stop our server may take: PostgreSQL's fast shutdown, then its immediate one. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 20;

/** Stops an orphaned server. @param server the server that the dead process started, as the folder's lock says */
export async function endOrphan(cluster: string, server: ProcessMark): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    if (!isRunning(server) || !processesIn(cluster).includes(server.pid)) return;
    process.kill(server.pid, signal);
    // A stopped process only reacts to this signal.
    process.kill(server.pid, "SIGCONT");
    await untilEmpty(cluster, PATIENCE_MS);
  }
}

/**
 * Waits until no process works in the cluster any more. What is left of a stopped server ends by itself.
 * @throws {DataFolderInUse} if a process stays that may not be ours
 */
export async function untilNobody(cluster: string): Promise<void> {
  const left = await untilEmpty(cluster, BY_ITSELF_MS);
  if (left.length === 0) return;
  throw new DataFolderInUse(
    `A PostgreSQL that this service cannot be sure to have started is running in ${cluster} (process ${left.join(", ")}). It was left running: stop the service it belongs to, or stop it with kill -INT ${left[0]}, then start again.`,
  );
}

/**
 * Removes a stale postmaster.pid. PostgreSQL refuses to start if the file names a running process, though the id may belong to
 * another process by now (in a copied folder, the original's server), or if the file was cut short by a crash or a full disk.
 * It is removed if its process certainly works elsewhere, or if it names none. Call this when no process works in the cluster.
 * @throws if the file exists but cannot be read
 */
export async function removeStalePidFile(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;
  const pid = Number(text.split("\n")[0]);
  const namesOne = Number.isInteger(pid) && pid > 0;
  if (!namesOne || worksElsewhere(pid, cluster)) rmSync(file, { force: true });
}

/** @returns the processes that are left after that time */
async function untilEmpty(cluster: string, withinMs: number): Promise<number[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = processesIn(cluster);
    if (left.length === 0 || performance.now() > deadline) return left;
    await pause(LOOK_MS);
  }
}
