/** A PostgreSQL server of its own that can be killed with all its processes, and started again on what it left. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Embedded, startEmbedded } from "../../src/database/embedded.ts";
import { waitFor } from "../harness/wait.ts";

export interface MortalDatabase {
  readonly url: string;
  /** Kills it, and has it up again. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDatabase(folder: string): Promise<MortalDatabase> {
  let server: Embedded = await startEmbedded(folder, { settings: { max_connections: "100" } });
  return {
    url: `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(server.connection.host))}`,
    async kill() {
      const postmaster = Number(
        readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0],
      );
      const family = [postmaster, ...childrenOf(postmaster)];
      for (const pid of family) end(pid);
      await waitFor("the database to be gone", () => (family.some(isThere) ? undefined : true));
      server = await startEmbedded(folder, { settings: { max_connections: "100" } });
    },
    stop: () => server.stop(),
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}
