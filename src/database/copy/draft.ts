/** Marks a database that is being restored until all its rows are there, so that no process starts on half a database. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type pg from "pg";
import { z } from "zod";
import { DRAFT_MARK as MARK, migrateDatabase, migrationsFolder } from "../migrate.ts";
import type { OpenDatabase } from "../open.ts";

/** Everything in the database, except what extensions created. */
const OWN_TABLES = `select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname not in ('pg_catalog', 'information_schema')
  and n.nspname not like 'pg\\_%' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

/** "unfinished": a restore was interrupted. */
export async function findState(client: pg.ClientBase): Promise<"empty" | "unfinished" | "in use"> {
  const { rows } = await client.query(OWN_TABLES);
  if (rows.length === 0) return "empty";
  const isMarked = z
    .array(z.object({ relname: z.string() }))
    .parse(rows)
    .some(({ relname }) => relname === MARK);
  return isMarked ? "unfinished" : "in use";
}

/** Must come before anything else is created. */
export async function markDraft(client: pg.ClientBase): Promise<void> {
  await client.query(`create table ${MARK} (since timestamptz not null default now())`);
}

/** Belongs in the transaction that writes the rows. */
export async function unmarkDraft(client: pg.ClientBase): Promise<void> {
  await client.query(`drop table ${MARK}`);
}

/** Removes everything that a restore created, and the mark last. */
export async function clearDraft(client: pg.ClientBase): Promise<void> {
  await client.query("begin");
  await client.query("drop schema if exists drizzle cascade");
  const { rows } = await client.query(OWN_TABLES);
  const names = z.array(z.object({ nspname: z.string(), relname: z.string() })).parse(rows);
  for (const { relname } of names.filter(({ nspname }) => nspname === "public"))
    await client.query(`drop table if exists "${relname.replaceAll('"', '""')}" cascade`);
  await client.query("commit");
}

/** Lists the migrations of this version, oldest first, each by its time in milliseconds since 1970. */
export function listMigrations(): number[] {
  return readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis);
}

const journalShape = z.looseObject({
  entries: z.array(z.looseObject({ when: z.number(), tag: z.string() })),
});

/** Creates the tables of the version whose newest migration this was. @throws {DatabaseUnreachable} */
export async function migrateUpTo(open: OpenDatabase, newest: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-migrations-"));
  try {
    const journal = journalShape.parse(
      JSON.parse(readFileSync(join(migrationsFolder, "meta", "_journal.json"), "utf8")),
    );
    const entries = journal.entries.filter(({ when }) => when <= newest);
    mkdirSync(join(folder, "meta"));
    writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify({ ...journal, entries }));
    for (const { tag } of entries)
      copyFileSync(join(migrationsFolder, `${tag}.sql`), join(folder, `${tag}.sql`));
    await migrateDatabase(open, { folder, isRestoring: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
