/**
 * Releases shares that a try marked as waiting for their account after the account had been reconnected. The try began before the
 * reconnection, whose transaction could not see its outcome.
 */
import { and, eq, gt, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { present, span } from "../../database/pulse.ts";
import { shareAttempts, socialConnections, socialShares } from "../../database/schema.ts";
import { FRESH_MS } from "../life/accounts.ts";
import type { SharingRuntime } from "../runtime.ts";
import { releaseShares } from "./release.ts";

/** The most shares in one transaction. The next round takes the rest. */
const ROUND = 500;

// A try that began before the reconnection used the old account, even if its outcome was recorded later.
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

/** Selects since when an account works for which a share still waits. */
export const whenReleasable = sql`select min(${socialConnections.activeSince})
  from ${socialConnections} join ${socialShares} on ${socialShares.connectionId} = ${socialConnections.id}
  where ${isWaiting(sql`${present} - ${span(FRESH_MS)}`)}`;

/** Releases these shares. @returns how many there were */
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
