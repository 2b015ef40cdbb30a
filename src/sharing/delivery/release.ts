/** Goes on with what waited for an account to be reconnected: sends it, or looks for it where it may be out there. */
import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { isOneOf, lockShares } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { socialConnections, socialShares, users } from "../../database/schema.ts";
import { enqueueDeliveries } from "../claims/queue.ts";
import type { SharingRuntime } from "../runtime.ts";

/** What is older goes out only when the person says so: with its Retry. */
export const FRESH_MS = 86_400_000;

/**
 * What waits for these accounts.
 * @param which of that, where not all
 * @returns how many shares go on
 */
export async function releaseShares(
  runtime: SharingRuntime,
  connectionIds: readonly string[],
  which?: SQL,
): Promise<number> {
  if (connectionIds.length === 0) return 0;
  const isFresh = gt(socialShares.updatedAt, new Date(runtime.now().getTime() - FRESH_MS));
  return await transactRepeatedly(runtime.database, async (transaction) => {
    const connected = await lockConnected(transaction, connectionIds);
    if (connected.length === 0) return 0;
    const ids = await lockShares(
      transaction,
      and(
        which,
        inArray(socialShares.connectionId, connected),
        inArray(socialShares.status, ["reconnect", "unconfirmed"]),
        // What was disconnected does not come back by itself.
        eq(socialShares.withdrawn, false),
        isFresh,
      ),
    );
    await transaction
      .update(socialShares)
      .set({
        // What may be out there is looked for before it is sent.
        status: sql`case when ${socialShares.firstSentAt} is null then 'queued' else 'sending' end`,
        attempts: 0,
        errorCode: null,
        errorMessage: null,
        errorTold: null,
        nextAttemptAt: null,
        tellAt: null,
        updatedAt: runtime.now(),
      })
      .where(isOneOf(socialShares.id, ids));
    await enqueueDeliveries(runtime, transaction, ids);
    return ids.length;
  });
}

/**
 * Those that are connected still, by people who are not blocked. Until the transaction is over they stay so: a block and
 * a disconnect wait, and find what goes on.
 */
async function lockConnected(transaction: Queryable, connectionIds: readonly string[]): Promise<string[]> {
  const { id, userId, revokedAt } = socialConnections;
  const isNamed = inArray(id, [...connectionIds]);
  const owners = transaction.select({ id: userId }).from(socialConnections).where(isNamed);
  const people = await transaction
    .select({ id: users.id, blockedAt: users.blockedAt })
    .from(users)
    .where(inArray(users.id, owners))
    .orderBy(asc(users.id))
    .for("share");
  const free = people.filter(({ blockedAt }) => blockedAt === null).map((person) => person.id);
  if (free.length === 0) return [];
  const rows = await transaction
    .select({ id })
    .from(socialConnections)
    .where(and(isNamed, inArray(userId, free), isNull(revokedAt)))
    .orderBy(asc(id))
    .for("share");
  return rows.map((row) => row.id);
}
