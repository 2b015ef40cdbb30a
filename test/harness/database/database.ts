/** Creates a database for a test, as a copy of the migrated one. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { type OpenDatabase, openDatabase } from "../../../src/database/open.ts";
import { plantSeed } from "./seed.ts";

export interface FreshDatabase extends OpenDatabase {
  readonly url: string;
}

/** Close the handle at the end of the test; the server removes the database. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const url = await freshDatabaseUrl();
  return { url, ...openDatabase(url, () => {}) };
}

export function freshDatabaseUrl(): Promise<string> {
  return createDatabase("sharewell");
}

/** Without any tables. */
export function emptyDatabaseUrl(): Promise<string> {
  return createDatabase("template0");
}

/** Puts the files of the migrated database into a data folder: creating them anew takes a second of work. */
export function plantDatabase(dataFolder: string): void {
  plantSeed(inject("seed"), dataFolder);
}

/** Names of those that this file made. */
const made = new Set<string>();

async function createDatabase(from: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  made.add(name);
  // Copied as files it costs half as much as page by page through the log.
  await maintain([`create database ${name} template ${from} strategy file_copy`]);
  const url = new URL(inject("templateUrl"));
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes room once a file has ended, so that not all databases of the suite are there at once. */
export async function dropDatabases(): Promise<void> {
  const statements = [...made].map((name) => `drop database if exists ${name} with (force)`);
  made.clear();
  if (statements.length > 0) await maintain(statements);
}

/** The connection of this worker, for all its files: opening one for each database cost as much as copying it. */
let maintenance: pg.Pool | undefined;

async function maintain(statements: readonly string[]): Promise<void> {
  maintenance ??= openMaintenance();
  for (const statement of statements) await maintenance.query(statement);
}

function openMaintenance(): pg.Pool {
  const url = new URL(inject("templateUrl"));
  url.pathname = "/postgres";
  const settings = { max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true };
  const pool = new pg.Pool({ connectionString: url.href, ...settings });
  // The server may stop before the worker.
  pool.on("error", () => {});
  return pool;
}
