/** Starts, awaits and stops the process of the embedded PostgreSQL, and explains why it ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { identity } from "./embedded-cluster.ts";
import { EmbeddedUnavailable, type Launch, type Programs } from "./embedded-program.ts";
import { explainFullDisk, isDiskFull } from "./full-disk.ts";

export interface Server {
  readonly pid: number | undefined;
  /** Rejects if the server ends before it is stopped. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Kept small, since the service and its database share one small machine. Durability is PostgreSQL's default. */
const SETTINGS = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  shared_buffers: "24MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  max_worker_processes: "2",
  max_parallel_workers: "0",
  autovacuum_max_workers: "1",
  io_method: "sync",
  jit: "off",
  timezone: "UTC",
  log_min_messages: "warning",
  log_min_error_statement: "panic",
} as const;

interface Place {
  readonly cluster: string;
  readonly sockets: string;
  /** In addition to ours, which they override. */
  readonly settings: Readonly<Record<string, string>>;
}

/** How many lines of its output to keep, to explain why it ended. */
const LAST_LINES = 40;
const SHOWN_LINES = 10;
const STILL_STARTING = "the database system is starting up";

/**
 * The working directory of a process, wherever it is moved. With a path, PostgreSQL would write its control file into whatever
 * database is at that path by then, and make both unusable.
 */
const OWN_FOLDER = "/proc/self/cwd";

/** Starts the server without waiting until it accepts connections. @throws {EmbeddedUnavailable} through `ended` */
export function launchServer(programs: Programs, launch: Launch, place: Place): Server {
  const settings = Object.entries({ ...SETTINGS, ...place.settings, unix_socket_directories: place.sockets });
  const [command = programs.postgres, ...words] = [
    ...launch.prefix,
    programs.postgres,
    ...["-D", existsSync(OWN_FOLDER) ? OWN_FOLDER : place.cluster],
    ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  // Detached: Ctrl-C in a terminal reaches the whole process group, and the service must finish before its database.
  const child = spawn(command, words, {
    cwd: place.cluster,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    ...identity(launch),
    env: { TZ: "UTC" },
  });
  const lastLines: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => {
    const lines = chunk.toString("utf8").trim().split("\n");
    // The answers to our own attempts to connect would hide the reason.
    lastLines.push(...lines.filter((line) => !line.includes(STILL_STARTING)));
    lastLines.splice(0, lastLines.length - LAST_LINES);
  });
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  const said = new Promise<void>((done) => child.once("close", () => done()));
  const ended = Promise.race([
    new Promise<never>((_, reject) => child.once("error", reject)),
    gone.then(async (): Promise<never> => {
      // One of its helper processes can keep the pipe open for longer.
      await Promise.race([said, pause(1_000, undefined, { ref: false })]);
      throw new EmbeddedUnavailable(explainEnd(place.cluster, lastLines));
    }),
  ]);
  ended.catch(() => {});
  return { pid: child.pid, ended, stop: () => stopServer(child, gone) };
}

function explainEnd(cluster: string, lines: readonly string[]): string {
  if (isDiskFull(lines.join("\n"))) return `The embedded PostgreSQL ended. ${explainFullDisk(cluster)}`;
  return `The embedded PostgreSQL ended: ${lines.slice(-SHOWN_LINES).join(" | ") || "it gave no reason"}`;
}

async function stopServer(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const impatient = setTimeout(() => child.kill("SIGQUIT"), 10_000);
  await gone;
  clearTimeout(impatient);
}

/** SQLSTATE cannot_connect_now: the server is starting, or recovering from a crash. */
const CANNOT_CONNECT_NOW = "57P03";
const NO_SOCKET: readonly string[] = ["ENOENT", "ECONNREFUSED", "ECONNRESET"];
/** The server opens its socket before it recovers from a crash. */
const LISTENS_WITHIN_MS = 60_000;

/**
 * Waits until the server accepts connections, and creates the database of this name if it is missing. Recovery after a crash
 * may take any time.
 * @throws {EmbeddedUnavailable} if the server ends before that
 */
export async function untilReady(server: Server, connection: pg.ClientConfig, name: string): Promise<void> {
  const deadline = performance.now() + LISTENS_WITHIN_MS;
  for (;;) {
    const client = new pg.Client({ ...connection, database: "postgres" });
    client.on("error", () => {});
    try {
      await Promise.race([client.connect(), server.ended]);
      const found = await client.query("select 1 from pg_database where datname = $1", [name]);
      if (found.rowCount === 0) await client.query(`create database ${name}`);
      return;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      const isEarly =
        code === CANNOT_CONNECT_NOW || (NO_SOCKET.includes(code) && performance.now() < deadline);
      if (!isEarly) throw await lastWord(server, error);
      await Promise.race([pause(15), server.ended]);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** If the server has ended, its reason says more than the error of the connection. */
async function lastWord(server: Server, error: unknown): Promise<unknown> {
  return await Promise.race([server.ended, pause(1_000)]).then(
    () => error,
    (reason: unknown) => reason,
  );
}
