/** Gives jobs to deletions whose time has come, and to deletions whose worker died or whose job was lost. */
import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { present, span } from "../../database/pulse.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { shareDeletions, socialConnections, socialShares } from "../../database/schema.ts";
import { enqueueDeletions } from "../claims/queue.ts";
import type { SharingRuntime } from "../runtime.ts";
import { mayGoOn, PATIENCE_MS } from "./lease.ts";

/** The most deletions in one transaction. The next round takes the rest. */
const ROUND = 500;

/** A deletion whose job was not taken up for so long gets another one. A superfluous job does nothing. */
const FORGOTTEN_MS = 900_000;

/**
 * Selects when the next deletion goes on. One that waits for an account to be reconnected goes on once it is too old, or at once if the
 * account was disconnected for good.
 */
export const whenDeletionDue = sql`select min(case
    when ${shareDeletions.leaseUntil} is not null then ${shareDeletions.leaseUntil}
    when ${socialConnections.revokedAt} is not null then ${socialConnections.revokedAt}
    else greatest(
      coalesce(${shareDeletions.nextAttemptAt}, ${shareDeletions.updatedAt} + ${span(FORGOTTEN_MS)}),
      case when ${socialConnections.status} <> 'active' then ${shareDeletions.askedAt} + ${span(PATIENCE_MS)} end)
    end)
  from ${shareDeletions}
  join ${socialShares} on ${socialShares.id} = ${shareDeletions.shareId}
  join ${socialConnections} on ${socialConnections.id} = ${socialShares.connectionId}
  where ${shareDeletions.state} = 'deleting'`;

/** Selects since when the oldest deletion has waited for its job to be taken up. Those that wait for an account have none. */
export const whenDeletionGiven = sql`select min(${shareDeletions.updatedAt}) from ${shareDeletions}
  where ${shareDeletions.state} = 'deleting' and ${shareDeletions.nextAttemptAt} is null
    and ${shareDeletions.leaseUntil} is null
    and ${shareDeletions.updatedAt} > ${present} - ${span(FORGOTTEN_MS)}`;

/** Gives jobs to deletions that can go on. @returns how many there were */
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
        // The worker that held it may have asked the network.
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
