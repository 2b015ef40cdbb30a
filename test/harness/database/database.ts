/** Creates a database for a test, as a copy of the migrated one. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { type OpenDatabase, openDatabase } from "../../../src/database/open.ts";

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

async function createDatabase(from: string): Promise<string> {
  const template = new URL(inject("templateUrl"));
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const maintenance = new URL(template);
  maintenance.pathname = "/postgres";
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    // Copying files takes half as long as copying pages through the log.
    await client.query(`create database ${name} template ${from} strategy file_copy`);
  } finally {
    await client.end();
  }
  template.pathname = `/${name}`;
  return template.href;
}
