/** A PostgreSQL server that failures can happen to. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Embedded, startEmbedded } from "../../src/database/embedded/embedded.ts";
import { processesIn } from "../../src/database/embedded/process-marks.ts";

export interface FragileDatabase {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Freezes all its processes. */
  freeze(): void;
  thaw(): void;
}

/** Runs the server for the duration of `play`. */
export async function withDatabase(play: (server: FragileDatabase) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-fragile-"));
  const cluster = join(folder, "postgres");
  let server: Embedded = await launch(folder);
  const signal = (name: "SIGSTOP" | "SIGCONT") => {
    for (const pid of processesIn(cluster))
      try {
        process.kill(pid, name);
      } catch {
        // The session has ended meanwhile.
      }
  };
  try {
    await play({
      url: `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(server.connection.host))}`,
      stop: () => server.stop(),
      start: async () => {
        server = await launch(folder);
      },
      // The first process is the one that starts the others.
      freeze: () => {
        process.kill(Number(readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n")[0]), "SIGSTOP");
        signal("SIGSTOP");
      },
      thaw: () => signal("SIGCONT"),
    });
  } finally {
    signal("SIGCONT");
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function launch(folder: string): Promise<Embedded> {
  return startEmbedded(folder, { settings: { max_connections: "150" } });
}
