/** A server whose Sharewell was killed may still run. It is ended where it surely is ours; no other process is touched. */
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DataFolderInUse } from "./data-folder.ts";
import { isRunning, type ProcessMark, processesIn, worksElsewhere } from "./process-marks.ts";

/** A server ends by itself when its Sharewell does, and its helpers when it does: within moments. */
const BY_ITSELF_MS = 10_000;
/** How long each way to end a server of ours may take: PostgreSQL's fast shutdown, then its immediate one. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 20;

/** @param server of whom the folder's lock says that the process which is gone started it */
export async function endOrphan(cluster: string, server: ProcessMark): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    if (!isRunning(server) || !processesIn(cluster).includes(server.pid)) return;
    process.kill(server.pid, signal);
    // One that was made to stand still hears nothing else.
    process.kill(server.pid, "SIGCONT");
    await untilEmpty(cluster, PATIENCE_MS);
  }
}

/**
 * Resolves once nobody works in the cluster any more: what is left of a server that ended goes by itself.
 * @throws {DataFolderInUse} where somebody stays there, of whom it is not known that they are ours
 */
export async function untilNobody(cluster: string): Promise<void> {
  const left = await untilEmpty(cluster, BY_ITSELF_MS);
  if (left.length === 0) return;
  throw new DataFolderInUse(
    `A PostgreSQL that this service cannot be sure to have started works in ${cluster} (process ${left.join(", ")}). It was left alone: stop what it belongs to, or end it with kill -INT ${left[0]}, then start again.`,
  );
}

/**
 * PostgreSQL starts in no folder whose note names a living process, though that one may be anybody by now: in a copied
 * folder the original's server. Nor does it where a full disk or a crash cut the note short. The note is removed where
 * its process surely works elsewhere, and where it names none. Called once nobody works in the cluster.
 */
export async function removeStaleNote(cluster: string): Promise<void> {
  const note = join(cluster, "postmaster.pid");
  const text = await readFile(note, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;
  const pid = Number(text.split("\n")[0]);
  const namesOne = Number.isInteger(pid) && pid > 0;
  if (!namesOne || worksElsewhere(pid, cluster)) rmSync(note, { force: true });
}

/** @returns who is left after that time */
async function untilEmpty(cluster: string, withinMs: number): Promise<number[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = processesIn(cluster);
    if (left.length === 0 || performance.now() > deadline) return left;
    await pause(LOOK_MS);
  }
}
