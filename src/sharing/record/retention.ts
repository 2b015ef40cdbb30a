/**
 * Removes shares and attempts that are past their retention. A request is removed as a whole once all its shares have ended: one that
 * waits, is unconfirmed, or whose post is being deleted keeps it, however old it is.
 */
import { and, asc, eq, inArray, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { daysBefore, removeGently } from "../../database/removal.ts";
import { shareAttempts, shareDeletions, shareRequests, socialShares } from "../../database/schema.ts";
import type { ShareStatus } from "../share.ts";

interface RetentionRuntime {
  readonly database: Database;
  readonly config: {
    readonly keepDays: { readonly shares: number | undefined; readonly attempts: number | undefined };
  };
  now(): Date;
  /** The most milliseconds by which our clock may be ahead: what it calls old may be newer, and a removal is final. */
  mayBeAheadMs(): number;
}

/** The states that are final, and in which it is known whether the share was posted. */
const OVER: ShareStatus[] = ["posted", "duplicate", "rejected", "failed", "cancelled"];

/** How many requests are removed in one transaction, and how many attempts in one statement. */
const REQUESTS = 50;
const TRIES = 500;

/** Removes old requests with their shares. @returns how many requests were removed */
export async function removeOldShares({
  database,
  config,
  now,
  mayBeAheadMs,
}: RetentionRuntime): Promise<number> {
  const { shares: days } = config.keepDays;
  if (days === undefined) return 0;
  const cutoff = daysBefore(new Date(now().getTime() - mayBeAheadMs()), days);
  let after: Candidate | undefined;
  return await removeGently(async () => {
    const candidates = await database.transaction(async (transaction) => {
      const found = await lockCandidates(transaction, cutoff, after);
      const ids = await findOver(
        transaction,
        found.map(({ id }) => id),
        cutoff,
      );
      if (ids.length > 0) await transaction.delete(shareRequests).where(inArray(shareRequests.id, ids));
      return { found, removed: ids.length };
    });
    after = candidates.found.at(-1);
    return { removed: candidates.removed, more: candidates.found.length === REQUESTS };
  });
}

interface Candidate {
  readonly id: string;
  readonly createdAt: Date;
}

/** Locks old requests that nobody else has locked, the oldest first. */
async function lockCandidates(
  transaction: Queryable,
  cutoff: Date,
  after: Candidate | undefined,
): Promise<Candidate[]> {
  const { id, createdAt } = shareRequests;
  return await transaction
    .select({ id, createdAt })
    .from(shareRequests)
    .where(and(lt(createdAt, cutoff), after && isAfter(after)))
    .orderBy(asc(createdAt), asc(id))
    .limit(REQUESTS)
    .for("update", { skipLocked: true });
}

/** JavaScript reads milliseconds and PostgreSQL keeps microseconds, so the whole millisecond is included. */
function isAfter({ id, createdAt }: Candidate): SQL | undefined {
  const end = new Date(createdAt.getTime() + 1);
  return or(
    sql`${shareRequests.createdAt} >= ${end.toISOString()}`,
    and(sql`${shareRequests.createdAt} >= ${createdAt.toISOString()}`, sql`${shareRequests.id} > ${id}`),
  );
}

/** Finds requests that may be removed. Their shares are locked first, since somebody may be retrying one of them. @returns the ids */
async function findOver(transaction: Queryable, ids: readonly string[], cutoff: Date): Promise<string[]> {
  if (ids.length === 0) return [];
  const shares = await transaction
    .select({
      id: socialShares.id,
      requestId: socialShares.shareRequestId,
      status: socialShares.status,
      updatedAt: socialShares.updatedAt,
    })
    .from(socialShares)
    .where(inArray(socialShares.shareRequestId, [...ids]))
    .orderBy(asc(socialShares.id))
    .for("update");
  const deleting = await transaction
    .select({ requestId: socialShares.shareRequestId })
    .from(shareDeletions)
    .innerJoin(socialShares, eq(socialShares.id, shareDeletions.shareId))
    .where(and(inArray(socialShares.shareRequestId, [...ids]), eq(shareDeletions.state, "deleting")));
  const stays = new Set(deleting.map(({ requestId }) => requestId));
  for (const { requestId, status, updatedAt } of shares)
    if (!OVER.includes(status) || updatedAt >= cutoff) stays.add(requestId);
  return ids.filter((id) => !stays.has(id));
}

/** Removes old attempts of shares that are over, if attempts are kept for a shorter time than shares. @returns how many were removed */
export async function removeOldTries({
  database,
  config,
  now,
  mayBeAheadMs,
}: RetentionRuntime): Promise<number> {
  const { attempts: days } = config.keepDays;
  if (days === undefined) return 0;
  const cutoff = daysBefore(new Date(now().getTime() - mayBeAheadMs()), days);
  return await removeGently(async () => {
    const old = database
      .select({ id: shareAttempts.id })
      .from(shareAttempts)
      .innerJoin(socialShares, eq(socialShares.id, shareAttempts.shareId))
      .where(
        and(
          lt(shareAttempts.startedAt, cutoff),
          inArray(socialShares.status, OVER),
          notInArray(
            socialShares.id,
            database
              .select({ id: shareDeletions.shareId })
              .from(shareDeletions)
              .where(eq(shareDeletions.state, "deleting")),
          ),
        ),
      )
      .orderBy(asc(shareAttempts.startedAt))
      .limit(TRIES)
      .for("update", { of: shareAttempts, skipLocked: true });
    const { rowCount } = await database.delete(shareAttempts).where(inArray(shareAttempts.id, old));
    return { removed: rowCount ?? 0, more: rowCount === TRIES };
  });
}
