/** Named locks, held until the end of a transaction. They are rows, since every supported database can lock rows. */
import { asc, eq, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "./open.ts";
import { locks, socialShares } from "./schema.ts";

/**
 * `operators`: the set of operators. `audit-chain`: the end of the audit log. `app-registrations`: registering apps at
 * networks. `backups`: the daily backups.
 */
export type LockName = "operators" | "audit-chain" | "app-registrations" | "backups";

/**
 * Waits for the lock and holds it until the transaction ends.
 * @param strength "share" locks exclude "update" locks, but not each other
 */
export async function takeLock(
  transaction: Queryable,
  name: LockName,
  strength: "update" | "share" = "update",
): Promise<void> {
  await transaction.insert(locks).values({ name }).onConflictDoNothing();
  await transaction.select().from(locks).where(eq(locks.name, name)).for(strength);
}

/** Matches any number of ids with one parameter, since a statement takes at most 65,535 parameters. */
export function isOneOf(column: PgColumn, ids: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(ids)}::uuid[])`;
}

/** Locks shares in the order of their ids, as everything that locks several does to avoid deadlocks. @returns the ids */
export async function lockShares(transaction: Queryable, which: SQL | undefined): Promise<string[]> {
  const rows = await transaction
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(which)
    .orderBy(asc(socialShares.id))
    .for("no key update");
  return rows.map(({ id }) => id);
}
