/** Gives jobs to deletions: to those whose time has come, and to those that whoever had them in hand left behind. */
import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { transactRepeatedly } from "../database/repeated.ts";
import { shareDeletions, socialConnections, socialShares } from "../database/schema.ts";
import { mayGoOn } from "./deletion-lease.ts";
import { enqueueDeletions } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";

/** At most so many in one transaction; the next round takes the rest. */
const ROUND = 500;

/** What has waited so long for its job to be taken up gets another one: a job too many does nothing. */
const FORGOTTEN_MS = 900_000;

/** Returns how many go on. */
export async function wakeDeletions(runtime: SharingRuntime): Promise<number> {
  const now = runtime.now();
  const { state, nextAttemptAt, leaseUntil, updatedAt, shareId } = shareDeletions;
  const isDue = and(isNull(leaseUntil), or(lte(nextAttemptAt, now), isNotNull(socialConnections.revokedAt)));
  const isStranded = and(isNotNull(leaseUntil), lt(leaseUntil, sql`now()`));
  const isForgotten = and(
    ...[isNull(leaseUntil), isNull(nextAttemptAt)],
    lt(updatedAt, new Date(now.getTime() - FORGOTTEN_MS)),
  );
  const waiting = runtime.database
    .select({ id: shareId })
    .from(shareDeletions)
    .innerJoin(socialShares, eq(socialShares.id, shareId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(and(or(isDue, isStranded, isForgotten), mayGoOn(runtime)))
    .orderBy(asc(nextAttemptAt))
    .limit(ROUND);
  return await transactRepeatedly(runtime.database, async (transaction) => {
    const woken = await transaction
      .update(shareDeletions)
      .set({
        nextAttemptAt: null,
        leaseUntil: null,
        // Whoever had it in hand may have asked the network.
        isDoubtful: sql`${shareDeletions.isDoubtful} or ${isNotNull(shareDeletions.leaseId)}`,
        leaseId: null,
        updatedAt: now,
      })
      .where(and(inArray(shareId, waiting), eq(state, "deleting"), or(isNull(leaseUntil), isStranded)))
      .returning({ id: shareId });
    const ids = woken.map(({ id }) => id);
    await enqueueDeletions(runtime, transaction, ids);
    return ids.length;
  });
}
