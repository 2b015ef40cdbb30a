/** The order in which the waiting shares of many people are delivered. */
import { inArray, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { socialShares, users } from "../../database/schema.ts";

/** Turns beyond this are equal: so far back, the order no longer matters. */
const LAST_TURN = 1_000;

/**
 * Lets people take turns: the tenth waiting share of one person comes after the first shares of all others.
 * @returns the turn of a person's next share, counted from the shares that they have under way
 */
export async function takeTurns(
  transaction: Queryable,
  userIds: readonly string[],
): Promise<(userId: string) => number> {
  const asking = Map.groupBy(userIds, (id) => id);
  // The shares that ask now already count as open, so they are subtracted below.
  const open = sql<number>`(select count(*)::integer from (
    select 1 from ${socialShares} s where s.user_id = "users"."id" and s.status in ('queued', 'sending')
    limit ${LAST_TURN + userIds.length}) as open)`;
  const counts = await transaction
    .select({ id: users.id, open })
    .from(users)
    .where(inArray(users.id, [...asking.keys()]));
  const next = new Map(
    counts.map((row) => [row.id, Math.max(0, row.open - (asking.get(row.id)?.length ?? 0))]),
  );
  return (userId) => {
    const turn = next.get(userId) ?? 0;
    next.set(userId, turn + 1);
    return Math.min(turn, LAST_TURN);
  };
}
