/** Locks by name, held to the end of a transaction: rows, which every database we may run on can lock. */
import { asc, eq, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "./open.ts";
import { locks, socialShares } from "./schema.ts";

/**
 * `operators`: who runs the service. `audit-chain`: the end of the record of who did what. `app-registrations`: apps that we
 * register ourselves. `backups`: the daily ones.
 */
export type LockName = "operators" | "audit-chain" | "app-registrations" | "backups";

/** @param strength "share": beside others who share it, while nobody holds it for "update" */
export async function takeLock(
  transaction: Queryable,
  name: LockName,
  strength: "update" | "share" = "update",
): Promise<void> {
  await transaction.insert(locks).values({ name }).onConflictDoNothing();
  await transaction.select().from(locks).where(eq(locks.name, name)).for(strength);
}

/** Any number of ids, as one value: a statement takes at most 65,535 of them. */
export function isOneOf(column: PgColumn, ids: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(ids)}::uuid[])`;
}

/** In the order of their ids, as everybody locks several shares: so nobody waits in a circle. @returns the ids */
export async function lockShares(transaction: Queryable, which: SQL | undefined): Promise<string[]> {
  const rows = await transaction
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(which)
    .orderBy(asc(socialShares.id))
    .for("no key update");
  return rows.map(({ id }) => id);
}
