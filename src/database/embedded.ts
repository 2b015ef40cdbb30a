/** Sharewell's own PostgreSQL: in the data folder, on a Unix socket only, started and stopped with the service. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { createCluster, identity, own } from "./embedded-cluster.ts";
import {
  EmbeddedUnavailable,
  findPrograms,
  type Launch,
  type Programs,
  planLaunch,
} from "./embedded-program.ts";

/** Another live process owns this data folder. */
export class DataFolderInUse extends Error {
  override name = "DataFolderInUse";
}

export interface Embedded {
  readonly connection: pg.ClientConfig;
  /** Resolves with the reason when the server ends though nobody stopped it. */
  readonly lost: Promise<Error>;
  /** Ends the server, if it is ours; resolves once its process is gone. */
  stop(): Promise<void>;
}

const DATABASE = "sharewell";
const SOCKET_NAME = "/.s.PGSQL.5432";
/** Bytes that the kernel allows for a Unix socket's path (sun_path), less its end mark. */
const SOCKET_PATH_LIMIT = 107;

/** Small on purpose: the service and its database share one small machine. Durability stays as PostgreSQL's default. */
const SETTINGS = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "60",
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

/**
 * Starts the server of this data folder, creating it the first time. With `guest`, a folder that another Sharewell
 * process owns is used through that process's server instead; `settings` go to the server beside ours.
 * @throws {DataFolderInUse} when another process owns the folder and `guest` is not set
 * @throws {EmbeddedUnavailable} when PostgreSQL cannot run here
 */
export async function startEmbedded(
  dataFolder: string,
  options: { guest?: boolean; settings?: Readonly<Record<string, string>> } = {},
): Promise<Embedded> {
  const folder = resolve(dataFolder);
  makeFolder(folder);
  const launch = planLaunch();
  const sockets = socketFolder(folder);
  const connection = { host: sockets, port: 5432, user: DATABASE, database: DATABASE };

  const owner = readOwner(folder);
  const cluster = join(folder, "postgres");
  if (owner === undefined) await stopOrphan(cluster);
  // Asked as well: the owner may live where its process id cannot be seen, such as another container.
  if (owner !== undefined || (await answers(connection))) {
    if (options.guest) return { connection, lost: new Promise(() => {}), stop: async () => {} };
    throw new DataFolderInUse(
      `The data folder ${folder} is in use by another Sharewell${owner === undefined ? "" : ` (process ${owner})`}: stop that one, or choose another folder with --data.`,
    );
  }
  const lock = join(folder, "sharewell.pid");
  writeFileSync(lock, processMark(process.pid));

  const programs = await findPrograms();
  createCluster(programs, launch, cluster, DATABASE);
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  own(launch, sockets);
  const server = launchServer(programs, launch, {
    cluster,
    sockets,
    settings: { ...SETTINGS, ...options.settings },
  });
  await untilReady(server, connection);
  let stopping = false;
  const lost = new Promise<Error>((done) => {
    server.ended.catch((error: Error) => stopping || done(error));
  });
  return {
    connection,
    lost,
    stop: async () => {
      stopping = true;
      await server.stop();
      rmSync(lock, { force: true });
    },
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new EmbeddedUnavailable(
      `The data folder ${folder} cannot be written: give this user the right, or choose another folder with --data.`,
      { cause },
    );
  }
}

function socketFolder(folder: string): string {
  const beside = join(folder, "socket");
  if (Buffer.byteLength(beside + SOCKET_NAME) <= SOCKET_PATH_LIMIT) return beside;
  return join(tmpdir(), `sharewell-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`);
}

/** Process id and start time: an id alone may have been given to another process since. */
function processMark(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
  } catch {
    return `${pid} `;
  }
}

function readOwner(folder: string): number | undefined {
  const lock = join(folder, "sharewell.pid");
  if (!existsSync(lock)) return undefined;
  const mark = readFileSync(lock, "utf8");
  const pid = Number(mark.split(" ")[0]);
  return pid !== process.pid && isAlive(pid) && processMark(pid) === mark ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A server whose Sharewell was killed may still run: end it, its owner is gone. */
async function stopOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgres(pid)) return;
  process.kill(pid, "SIGINT");
  for (let tries = 0; isPostgres(pid); tries += 1) {
    if (tries === 500) process.kill(pid, "SIGQUIT");
    await wait(20);
  }
}

function isPostgres(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0]?.endsWith("postgres") === true;
  } catch {
    return process.platform !== "linux";
  }
}

interface Server {
  /** Rejects when the server ends before it was told to. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

function launchServer(
  programs: Programs,
  launch: Launch,
  place: { cluster: string; sockets: string; settings: Readonly<Record<string, string>> },
): Server {
  const settings = Object.entries({ ...place.settings, unix_socket_directories: place.sockets });
  const [command = programs.postgres, ...words] = [
    ...launch.prefix,
    programs.postgres,
    "-D",
    place.cluster,
    ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  // Detached: Ctrl-C in a terminal reaches the whole process group, and the service must finish before its database.
  const child = spawn(command, words, {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    ...identity(launch),
    env: { TZ: "UTC" },
  });
  const lastWords: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => {
    lastWords.push(...chunk.toString("utf8").trim().split("\n"));
    lastWords.splice(0, lastWords.length - 10);
  });
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  const ended = Promise.race([
    new Promise<never>((_, reject) => child.once("error", reject)),
    gone.then((): never => {
      throw new EmbeddedUnavailable(
        `The embedded PostgreSQL ended: ${lastWords.join(" | ") || "it gave no reason"}`,
      );
    }),
  ]);
  ended.catch(() => {});
  return { ended, stop: () => stopServer(child, gone) };
}

async function stopServer(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const impatient = setTimeout(() => child.kill("SIGQUIT"), 10_000);
  await gone;
  clearTimeout(impatient);
}

async function answers(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
  const answered = client.connect().then(
    () => true,
    () => false,
  );
  return await answered.finally(() => client.end().catch(() => {}));
}

async function untilReady(server: Server, connection: pg.ClientConfig): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ ...connection, database: "postgres" });
    try {
      await Promise.race([client.connect(), server.ended]);
      const found = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
      if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
      return;
    } catch (error) {
      if (error instanceof EmbeddedUnavailable || Date.now() > deadline) throw error;
      await wait(15);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
