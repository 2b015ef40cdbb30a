/** Where delivery is measured: one PostgreSQL, a stand-in for the networks, and workers, each in a separate process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config/config.ts";
import { startEmbedded } from "../../src/database/embedded/embedded.ts";
import { type OpenRuntime, openRuntime } from "../../src/service/runtime.ts";
import { prepareQueues } from "../../src/sharing/claims/queue.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { freePort } from "../../test/harness/networks/networks.ts";
import { type RunningProcess, startProcess, untilReady } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";

export interface Place {
  readonly databaseUrl: string;
  /** For submitting and inspecting. It delivers nothing. */
  readonly runtime: OpenRuntime;
  readonly standInPort: number;
  startWorkers(count: number): Promise<Workers>;
  /** Returns when posts arrived since the last call, by the clock of `clock.ts`. */
  takeArrivals(): Promise<number[]>;
  close(): Promise<void>;
}

export interface Workers {
  readonly processes: readonly RunningProcess[];
  stop(): Promise<void>;
}

export async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const standIn = startProcess([], {}, "dist/bench/delivery/stand-in.js");
  const standInPort = await waitFor("the stand-in", () => Number(standIn.output()) || undefined);
  // Only the number of connections differs from the service's own settings.
  const server = await startEmbedded(folder, { settings: { max_connections: "100" } });
  const databaseUrl = `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(server.connection.host))}`;
  const variables = (port: number) => ({
    PORT: String(port),
    SOCIAL_BASE_URL: `http://127.0.0.1:${port}/`,
    SOCIAL_ENCRYPTION_KEY: key,
    SOCIAL_SESSION_SECRET: key,
    SOCIAL_LOG_LEVEL: "error",
    SOCIAL_ALLOWED_HOSTS: `*.localhost:${standInPort},127.0.0.1:${standInPort}`,
    SOCIAL_TWITTER_CLIENT_ID: "bench",
    SOCIAL_TWITTER_CLIENT_SECRET: "bench",
    SOCIAL_TWITTER_API_ORIGIN: `http://127.0.0.1:${standInPort}`,
    DATABASE_URL: databaseUrl,
  });
  const key = generateKey();
  const runtime = await openRuntime(readConfig(variables(0), {}));
  await prepareQueues(runtime.queue);

  return {
    databaseUrl,
    runtime,
    standInPort,
    async startWorkers(count) {
      const ports = await Promise.all(Array.from({ length: count }, freePort));
      const processes = ports.map((port) => startProcess(["worker"], variables(port)));
      await Promise.all(
        processes.map((process, index) => untilReady(process, `http://127.0.0.1:${ports[index]}/`)),
      );
      return { processes, stop: () => endAll(processes) };
    },
    async takeArrivals() {
      return (await (await fetch(`http://127.0.0.1:${standInPort}/arrivals`)).json()) as number[];
    },
    async close() {
      await runtime.close();
      await server.stop();
      standIn.child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Stops the processes. @throws if one of them wrote anything */
export async function endAll(processes: readonly RunningProcess[]): Promise<void> {
  for (const { child } of processes) child.kill("SIGTERM");
  await Promise.all(processes.map(({ ended }) => ended));
  const complaints = processes.map((process) => process.output()).filter(Boolean);
  if (complaints.length > 0) throw new Error(complaints.join("\n").slice(0, 5_000));
}

/** @throws if one of them has ended */
export function expectAlive(processes: readonly RunningProcess[]): void {
  const dead = processes.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
  if (dead !== undefined) throw new Error(`A process ended: ${dead.output().slice(-5_000)}`);
}
