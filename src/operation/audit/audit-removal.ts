/**
 * Removes whole days of the audit log once they are past the retention time, oldest first. The head of the last removed
 * day stays and an event records the removal, so the rest can still be verified and no day can disappear unnoticed.
 */
import { and, asc, desc, eq, inArray, isNotNull, lt, lte } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { daysBefore, removeGently } from "../../database/removal.ts";
import { auditEvents, auditHeads } from "../../database/schema.ts";
import { recordEvent } from "../../people/audit.ts";
import { type Head, writeHead } from "./audit-chain.ts";

interface RemovalRuntime {
  readonly database: Database;
  readonly config: { readonly keepDays: { readonly audit: number | undefined } };
  now(): Date;
  /** A fast clock would make young events look old, and a removal cannot be undone. */
  mayBeAheadMs(): number;
}

/** Events deleted per statement. */
const EVENTS = 500;

/** Removes one batch of events that are past the retention time. @returns how many were removed */
export async function removeOldEvents(runtime: RemovalRuntime): Promise<number> {
  const { database, config, now, mayBeAheadMs } = runtime;
  if (config.keepDays.audit === undefined) return 0;
  const oldestKept = daysBefore(new Date(now().getTime() - mayBeAheadMs()), config.keepDays.audit)
    .toISOString()
    .slice(0, 10);
  await markRemoved(database, oldestKept, now());
  const removed = await findRemoved(database);
  if (removed === undefined) return 0;
  return await removeGently(async () => {
    const old = database
      .select({ id: auditEvents.id })
      .from(auditEvents)
      .where(lte(auditEvents.day, removed.day))
      .orderBy(asc(auditEvents.day), asc(auditEvents.sequence))
      .limit(EVENTS);
    const { rowCount } = await database.delete(auditEvents).where(inArray(auditEvents.id, old));
    return { removed: rowCount ?? 0, more: rowCount === EVENTS };
  });
}

/** The head up to which events are removed or about to be; undefined if none are. */
export async function findRemoved(database: Queryable): Promise<Head | undefined> {
  const { day, sequence, hash, removedAt } = auditHeads;
  const [head] = await database
    .select({ day, sequence, hash })
    .from(auditHeads)
    .where(isNotNull(removedAt))
    .orderBy(desc(day))
    .limit(1);
  return head;
}

/** Whether an event records the removal up to this head, in the chain or about to enter it. */
export async function isRemovalTold(database: Queryable, head: Head): Promise<boolean> {
  const isTold = and(eq(auditEvents.action, "audit.removed"), eq(auditEvents.subject, writeHead(head)));
  return (await database.select({ id: auditEvents.id }).from(auditEvents).where(isTold).limit(1)).length > 0;
}

/** Marks the latest day that ended before the retention time, unless it is marked already. */
async function markRemoved(database: Database, oldestKept: string, at: Date): Promise<void> {
  await database.transaction(async (transaction) => {
    const { day, sequence, hash, removedAt } = auditHeads;
    const [last] = await transaction
      .select({ day, sequence, hash, removedAt })
      .from(auditHeads)
      .where(lt(day, oldestKept))
      .orderBy(desc(day))
      .limit(1)
      .for("update");
    if (last === undefined || last.removedAt !== null) return;
    await transaction.update(auditHeads).set({ removedAt: at }).where(eq(day, last.day));
    await recordEvent(transaction, { action: "audit.removed", subject: writeHead(last) });
  });
}
