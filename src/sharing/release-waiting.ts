/** Goes on with what waits for accounts that work again, wherever the request that reconnected them ended before it did so. */
import { and, eq, gt, inArray, isNull, lt, sql } from "drizzle-orm";
import { shareAttempts, socialConnections, socialShares } from "../database/schema.ts";
import { FRESH_MS, releaseShares } from "./release.ts";
import type { SharingRuntime } from "./runtime.ts";

/** At most so many in one transaction; the next round takes the rest. */
const ROUND = 500;

/** @returns how many shares go on */
export async function releaseWaiting(runtime: SharingRuntime): Promise<number> {
  const fresh = new Date(runtime.now().getTime() - FRESH_MS);
  // A try that began before met the account as it was: also where it was written down afterwards.
  const lastTry = sql`coalesce((select max(${shareAttempts.startedAt}) from ${shareAttempts} where ${shareAttempts.shareId} = ${socialShares.id}), ${socialShares.updatedAt})`;
  const waiting = await runtime.database
    .select({ id: socialShares.id, connectionId: socialShares.connectionId })
    .from(socialConnections)
    .innerJoin(socialShares, eq(socialShares.connectionId, socialConnections.id))
    .where(
      and(
        gt(socialConnections.activeSince, fresh),
        eq(socialConnections.status, "active"),
        isNull(socialConnections.revokedAt),
        inArray(socialShares.status, ["reconnect", "unconfirmed"]),
        eq(socialShares.withdrawn, false),
        gt(socialShares.updatedAt, fresh),
        lt(lastTry, socialConnections.activeSince),
      ),
    )
    .limit(ROUND);
  const connectionIds = [...new Set(waiting.map(({ connectionId }) => connectionId))];
  const ids = waiting.map(({ id }) => id);
  return await releaseShares(runtime, connectionIds, inArray(socialShares.id, ids));
}
