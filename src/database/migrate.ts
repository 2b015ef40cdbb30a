/** Migrates the database to this version. */
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { z } from "zod";
import { BRIEF, type Patience, untilReady } from "./connection/reachable.ts";
import type { OpenDatabase, Queryable } from "./open.ts";
import { repeatedly } from "./repeated.ts";

/** The user of DATABASE_URL is not allowed to create tables. */
export class DatabaseForbidden extends Error {
  override name = "DatabaseForbidden";
}

/** A newer version of Sharewell has migrated the tables. */
export class DatabaseTooNew extends Error {
  override name = "DatabaseTooNew";
}

/** A restore was interrupted, and the database may be incomplete. */
class RestoreUnfinished extends Error {
  override name = "RestoreUnfinished";
}

/** Where the migrations of this version are. */
export const migrationsFolder = join(import.meta.dirname, "migrations");

interface MigrationParts {
  /** Defaults to the migrations of this version. */
  readonly folder?: string | undefined;
  /** How long to wait for a database that is away. */
  readonly patience?: Patience | undefined;
  /** Whether a backup is being restored into it. */
  readonly isRestoring?: boolean | undefined;
}

/**
 * Migrates the tables to this version. If several processes call it at once, one does the work and the others wait.
 * @throws {DatabaseUnreachable}
 * @throws {DatabaseForbidden}
 * @throws {DatabaseTooNew} if the database has migrations that this version does not know
 * @throws {RestoreUnfinished} unless `isRestoring`
 */
export async function migrateDatabase(
  { database, pool }: OpenDatabase,
  { folder = migrationsFolder, patience = BRIEF, isRestoring = false }: MigrationParts = {},
): Promise<void> {
  await untilReady(pool, patience);
  if (!isRestoring) await refuseUnfinished(pool);
  // Nearly every start: it takes no lock, and no second connection.
  if ((await compareTables(database, folder)) === "current") return;
  await createLock(pool);
  await database.transaction(async (lock) => {
    // This connection is idle while another one changes the tables, however long that takes.
    await lock.execute(sql`set local idle_in_transaction_session_timeout = 0`);
    await lock.execute(sql`select id from sharewell_migration_lock where id = 1 for update`);
    await refuseNewer(database, folder);
    // An older process that still uses the tables can cause a deadlock.
    await repeatedly(() => migrate(database, { migrationsFolder: folder }));
  });
}

/** The table that marks a database into which a backup is being restored: see draft.ts. */
export const DRAFT_MARK = "sharewell_restore_unfinished";

async function refuseUnfinished(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query("select to_regclass($1) as mark", [DRAFT_MARK]);
  if (z.tuple([z.object({ mark: z.null() })]).safeParse(rows).success) return;
  throw new RestoreUnfinished(
    "A restore into this database was interrupted, or is still running. To start it over, run `sharewell restore` again.",
  );
}

/**
 * How PostgreSQL rejects one of several processes that create a table at once, even with `if not exists`: unique_violation in
 * its catalogue, duplicate_table, or duplicate_object for the type of the table's rows.
 */
const CREATED_MEANWHILE: ReadonlySet<string> = new Set(["23505", "42P07", "42710"]);

const INSUFFICIENT_PRIVILEGE = "42501";

/** Creates the row to lock. Not every supported database has advisory locks. @throws {DatabaseForbidden} */
async function createLock(pool: pg.Pool): Promise<void> {
  try {
    await pool.query("create table if not exists sharewell_migration_lock (id integer primary key)");
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    if (error.code === INSUFFICIENT_PRIVILEGE)
      throw new DatabaseForbidden(
        "The user of DATABASE_URL is not allowed to create tables in that database: make it the database's owner (alter database … owner to …).",
      );
    if (!CREATED_MEANWHILE.has(error.code ?? "")) throw error;
  }
  await pool.query("insert into sharewell_migration_lock (id) values (1) on conflict do nothing");
}

/** Compares the tables of the database with those of this version, without changing anything. "none": there are no tables. */
export async function compareTables(
  database: Queryable,
  folder = migrationsFolder,
): Promise<"none" | "older" | "current" | "newer"> {
  const table = await database.execute<{ name: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (table.rows[0]?.name == null) return "none";
  const newest = await database.execute<{ created_at: string | null }>(
    sql`select max(created_at) as created_at from drizzle.__drizzle_migrations`,
  );
  const known = Math.max(
    ...readMigrationFiles({ migrationsFolder: folder }).map((migration) => migration.folderMillis),
  );
  const theirs = Number(newest.rows[0]?.created_at ?? 0);
  if (theirs > known) return "newer";
  return theirs === known ? "current" : "older";
}

async function refuseNewer(database: Queryable, folder: string): Promise<void> {
  if ((await compareTables(database, folder)) === "newer")
    throw new DatabaseTooNew(
      "This database was made by a newer version of Sharewell: install that version (or a newer one), or restore a backup from before the upgrade.",
    );
}
