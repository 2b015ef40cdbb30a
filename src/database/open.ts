/** Opens the database: a pool, drizzle on top, migrated to this version's tables. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { z } from "zod";
import { isAway } from "./connection/away.ts";
import { toPoolSettings } from "./connection/pool-settings.ts";
import { refuseReader } from "./connection/several-hosts.ts";
import { repeatedly } from "./repeated.ts";
import * as schema from "./schema.ts";

export type Database = NodePgDatabase<typeof schema>;
/** The database or a transaction of it. */
export type Queryable = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

/** The database's own user may not make tables there. */
export class DatabaseForbidden extends Error {
  override name = "DatabaseForbidden";
}

/** The tables were made by a newer Sharewell than this one. */
export class DatabaseTooNew extends Error {
  override name = "DatabaseTooNew";
}

/** A restore was broken off there, and may have left half of it. */
class RestoreUnfinished extends Error {
  override name = "RestoreUnfinished";
}

/** No connection to the database server; the message says why, without the password. */
export class DatabaseUnreachable extends Error {
  override name = "DatabaseUnreachable";
}

export interface OpenDatabase {
  readonly database: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export const migrationsFolder = join(import.meta.dirname, "migrations");

/** Connections in the pool: web requests, deliveries, and two renewals of tokens for each network. */
const POOL_SIZE = 20;

/**
 * @param connection a PostgreSQL URL or the embedded server's settings
 * @param max connections
 */
export function openDatabase(
  connection: string | pg.ClientConfig,
  onError: (error: Error) => void,
  max = POOL_SIZE,
): OpenDatabase {
  const pool = new pg.Pool({ ...toPoolSettings(connection), max, application_name: "sharewell" });
  let closing = false;
  // Once we close, a server that ends first is no news.
  pool.on("error", (error) => closing || onError(error));
  // While it is in use the pool does not listen, and the process would end: whoever uses it meets the error by itself.
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    pool,
    database: drizzle(pool, { schema }),
    close: () => {
      closing = true;
      return pool.end();
    },
  };
}

interface MigrationParts {
  /** This version's migrations. */
  readonly folder?: string | undefined;
  /** For a database that is away before anything is done. */
  readonly patience?: Patience | undefined;
  /** A backup is being restored into it. */
  readonly isRestoring?: boolean | undefined;
}

/**
 * Brings the tables up to this version. Several processes may call it at once: one does it, the others wait.
 * @throws {DatabaseUnreachable}
 * @throws {DatabaseForbidden}
 * @throws {DatabaseTooNew} when the database has migrations that this version does not know
 * @throws {RestoreUnfinished} unless `isRestoring`
 */
export async function migrateDatabase(
  { database, pool }: OpenDatabase,
  { folder = migrationsFolder, patience = BRIEF, isRestoring = false }: MigrationParts = {},
): Promise<void> {
  await untilReady(pool, patience);
  if (!isRestoring) await refuseUnfinished(pool);
  await createLock(pool);
  await database.transaction(async (lock) => {
    // It has nothing to do while the tables change, which takes as long as it takes.
    await lock.execute(sql`set local idle_in_transaction_session_timeout = 0`);
    await lock.execute(sql`select id from sharewell_migration_lock where id = 1 for update`);
    await refuseNewer(database, folder);
    // An older process that still works on these tables may be met in a circle.
    await repeatedly(() => migrate(database, { migrationsFolder: folder }));
  });
}

/** The table that marks a database into which a backup is being restored: see draft.ts. */
export const DRAFT_MARK = "sharewell_restore_unfinished";

async function refuseUnfinished(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query("select to_regclass($1) as mark", [DRAFT_MARK]);
  if (z.tuple([z.object({ mark: z.null() })]).safeParse(rows).success) return;
  throw new RestoreUnfinished(
    "A restore into this database was broken off, or is under way: run `sharewell restore` again, which begins anew.",
  );
}

/** How long a database that is away is waited for. */
export interface Patience {
  readonly forMs: number;
  /** Called at once, and each minute, with why it is away. */
  onWait?(reason: string): void;
}

const BRIEF: Patience = { forMs: 5_000 };
const TOLD_EVERY_MS = 60_000;

/** A database that is away comes back; every other failure is told at once. */
async function untilReady(pool: pg.Pool, { forMs, onWait }: Patience): Promise<void> {
  const deadline = performance.now() + forMs;
  let told = -Infinity;
  for (;;) {
    try {
      return await refuseReader(pool);
    } catch (cause) {
      if (!isAway(cause) || performance.now() > deadline)
        throw new DatabaseUnreachable(
          `The database cannot be used: ${explain(cause)}. Is DATABASE_URL right, and is the server up?`,
          { cause },
        );
      if (performance.now() - told > TOLD_EVERY_MS) {
        onWait?.(explain(cause));
        told = performance.now();
      }
    }
    await pause(200);
  }
}

/**
 * What a start needs of the database, which may go away again meanwhile.
 * @throws {DatabaseUnreachable} instead of the driver's own error
 */
export async function whileReachable<T>(work: Promise<T>): Promise<T> {
  return await work.catch((cause: unknown) => {
    if (cause instanceof DatabaseUnreachable || !isAway(cause)) throw cause;
    throw new DatabaseUnreachable(`The database went away: ${explain(cause)}. Is the server up?`, { cause });
  });
}

/** Node gives an error without words when it tried several addresses. */
function explain(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(explain).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * How PostgreSQL refuses one of several processes that create a table at once, `if not exists` or not: by its
 * catalogue's unique index, by the table's name, or by the type that it makes for the table's rows.
 */
const CREATED_MEANWHILE: ReadonlySet<string> = new Set(["23505", "42P07", "42710"]);

const INSUFFICIENT_PRIVILEGE = "42501";

/** A row to lock rather than an advisory lock: every database we may run on has rows. */
async function createLock(pool: pg.Pool): Promise<void> {
  try {
    await pool.query("create table if not exists sharewell_migration_lock (id integer primary key)");
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    if (error.code === INSUFFICIENT_PRIVILEGE)
      throw new DatabaseForbidden(
        "The user of DATABASE_URL may not make tables in that database: make it the database's owner (alter database … owner to …).",
      );
    if (!CREATED_MEANWHILE.has(error.code ?? "")) throw error;
  }
  await pool.query("insert into sharewell_migration_lock (id) values (1) on conflict do nothing");
}

/** How the tables of a database stand to those of this version; "none": there are none yet. Changes nothing. */
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
