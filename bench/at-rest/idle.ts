/** What `serve` with all networks and its embedded database uses while idle. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { freePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { type RunningProcess, startProcess, untilReady } from "../../test/harness/services/process.ts";
import { cpuMilliseconds, familyOf, proportionalMegabytes } from "../memory.ts";
import { compareCheckouts, type Figures } from "./checkouts.ts";

const ROUNDS = 3;
/** How long to wait until the work of the start is done. */
const SETTLE_MS = 25_000;
const WATCH_MS = 60_000;

export async function measureIdle(): Promise<void> {
  const emulator = await startEmulator();
  const aims = {
    "transactions a minute": 0.15,
    "CPU a minute, ms": 0.3,
    "idle memory, MB": 0.6,
  };
  // Run concurrently, so that other load on the machine affects both.
  await compareCheckouts({ rounds: ROUNDS, atOnce: true, aims }, (program) => watch(program, emulator));
  await emulator.stop();
}

async function watch(program: string, emulator: Emulator): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  try {
    await prepare(program, folder, emulator);
    const service = await start(program, folder, emulator);
    await pause(SETTLE_MS);
    const before = await count(folder, service);
    await pause(WATCH_MS);
    const after = await count(folder, service);
    const memory = familyOf(service.child.pid ?? 0).map(proportionalMegabytes);
    await stop(service);
    return {
      "transactions a minute": after.transactions - before.transactions,
      "statements a minute": after.statements - before.statements,
      "CPU a minute, ms": after.own + after.database - before.own - before.database,
      "of it the service, ms": after.own - before.own,
      "idle memory, MB": memory.reduce((sum, part) => sum + part, 0),
      "of it the service, MB": memory[0] ?? 0,
      "database connections": after.connections,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(program: string, folder: string, emulator: Emulator): Promise<RunningProcess> {
  const port = await freePort();
  const changes = { SOCIAL_DATA_DIR: folder, SOCIAL_LOG_LEVEL: "error" };
  const service = startProcess(["serve"], serviceVariables({ port, emulator, changes }), program);
  await untilReady(service, `http://127.0.0.1:${port}/`);
  return service;
}

async function stop({ child, ended }: RunningProcess): Promise<void> {
  child.kill("SIGTERM");
  await ended;
}

/** Starts once to create the database, and makes it count statements from the next start on. */
async function prepare(program: string, folder: string, emulator: Emulator): Promise<void> {
  const service = await start(program, folder, emulator);
  await ask(folder, "alter system set shared_preload_libraries = 'pg_stat_statements'");
  await ask(folder, "create extension pg_stat_statements");
  await stop(service);
}

interface Counts {
  readonly transactions: number;
  readonly statements: number;
  readonly connections: number;
  readonly own: number;
  readonly database: number;
}

/** Leaves out the queries of this program. */
async function count(folder: string, { child }: RunningProcess): Promise<Counts> {
  const [own = 0, ...others] = familyOf(child.pid ?? 0);
  const cpu = { own: cpuMilliseconds([own]), database: cpuMilliseconds(others) };
  const [row] = await ask(
    folder,
    `select (select xact_commit + xact_rollback from pg_stat_database where datname = current_database())::int as transactions,
      (select sum(calls) from pg_stat_statements)::int as statements,
      (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid())::int as connections`,
  );
  return {
    ...cpu,
    transactions: Number(row?.transactions),
    statements: Number(row?.statements),
    connections: Number(row?.connections),
  };
}

async function ask(folder: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ host: join(folder, "socket"), user: "sharewell", database: "sharewell" });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
