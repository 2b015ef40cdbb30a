/** A database that is being filled from a backup: marked until all of it is there, so that nobody starts on half of one. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type pg from "pg";
import { z } from "zod";
import { DRAFT_MARK as MARK, migrateDatabase, migrationsFolder } from "../migrate.ts";
import type { OpenDatabase } from "../open.ts";

/** What somebody made there, but for what extensions brought along. */
const OWN_TABLES = `select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname not in ('pg_catalog', 'information_schema')
  and n.nspname not like 'pg\\_%' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

/** "unfinished": a restore was broken off there. */
export async function findState(client: pg.ClientBase): Promise<"empty" | "unfinished" | "in use"> {
  const { rows } = await client.query(OWN_TABLES);
  if (rows.length === 0) return "empty";
  const isMarked = z
    .array(z.object({ relname: z.string() }))
    .parse(rows)
    .some(({ relname }) => relname === MARK);
  return isMarked ? "unfinished" : "in use";
}

export async function markDraft(client: pg.ClientBase): Promise<void> {
  await client.query(`create table ${MARK} (since timestamptz not null default now())`);
}

/** Takes effect with the transaction that brings the rows. */
export async function unmarkDraft(client: pg.ClientBase): Promise<void> {
  await client.query(`drop table ${MARK}`);
}

/** Everything that a restore made there, and the mark last. */
export async function clearDraft(client: pg.ClientBase): Promise<void> {
  await client.query("begin");
  await client.query("drop schema if exists drizzle cascade");
  const { rows } = await client.query(OWN_TABLES);
  const names = z.array(z.object({ nspname: z.string(), relname: z.string() })).parse(rows);
  for (const { relname } of names.filter(({ nspname }) => nspname === "public"))
    await client.query(`drop table if exists "${relname.replaceAll('"', '""')}" cascade`);
  await client.query("commit");
}

/** The migrations of this version, oldest first, each as the moment that names it. */
export function listMigrations(): number[] {
  return readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis);
}

const journalShape = z.looseObject({
  entries: z.array(z.looseObject({ when: z.number(), tag: z.string() })),
});

/** Makes the tables as the version had them whose newest migration this was. */
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
