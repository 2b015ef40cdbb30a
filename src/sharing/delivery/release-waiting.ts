/** Goes on with what waits for accounts that work again, wherever the request that reconnected them ended before it did so. */
import { and, eq, gt, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { present, span } from "../../database/pulse.ts";
import { shareAttempts, socialConnections, socialShares } from "../../database/schema.ts";
import { FRESH_MS } from "../life/accounts.ts";
import type { SharingRuntime } from "../runtime.ts";
import { releaseShares } from "./release.ts";

/** At most so many in one transaction; the next round takes the rest. */
const ROUND = 500;

// A try that began before met the account as it was: also where it was written down afterwards.
const lastTry = sql`coalesce((select max(${shareAttempts.startedAt}) from ${shareAttempts} where ${shareAttempts.shareId} = ${socialShares.id}), ${socialShares.updatedAt})`;

const isWaiting = (fresh: Date | SQL) =>
  and(
    gt(socialConnections.activeSince, fresh),
    eq(socialConnections.status, "active"),
    isNull(socialConnections.revokedAt),
    inArray(socialShares.status, ["reconnect", "unconfirmed"]),
    eq(socialShares.withdrawn, false),
    gt(socialShares.updatedAt, fresh),
    lt(lastTry, socialConnections.activeSince),
  );

/** So long the request that reconnected an account has to release what waits for it. */
const LEFT_TO_REQUEST_MS = 3_000;

/** When an account has worked again for long enough, and a share still waits for it. */
export const whenReleasable = sql`select min(${socialConnections.activeSince}) + ${span(LEFT_TO_REQUEST_MS)}
  from ${socialConnections} join ${socialShares} on ${socialShares.connectionId} = ${socialConnections.id}
  where ${isWaiting(sql`${present} - ${span(FRESH_MS)}`)}`;

/** @returns how many shares go on */
export async function releaseWaiting(runtime: SharingRuntime): Promise<number> {
  const fresh = new Date(runtime.now().getTime() - FRESH_MS);
  const waiting = await runtime.database
    .select({ id: socialShares.id, connectionId: socialShares.connectionId })
    .from(socialConnections)
    .innerJoin(socialShares, eq(socialShares.connectionId, socialConnections.id))
    .where(isWaiting(fresh))
    .limit(ROUND);
  const connectionIds = [...new Set(waiting.map(({ connectionId }) => connectionId))];
  const ids = waiting.map(({ id }) => id);
  return await releaseShares(runtime, connectionIds, inArray(socialShares.id, ids));
}
