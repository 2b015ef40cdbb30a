/** Moves the shares of accounts that are disconnected or work again, in the transaction in which `connections/` records it. */
import { and, asc, eq, gt, inArray, isNull, type SQL } from "drizzle-orm";
import type { AccountShares } from "../../connections/account-shares.ts";
import { isOneOf, lockShares } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialConnections, socialShares, users } from "../../database/schema.ts";
import type { QueueRuntime } from "../claims/queue.ts";
import { moveShares, onlyKey, updateInPlace } from "./move.ts";

/** Shares that waited longer than this are sent only if their person presses Retry. */
export const FRESH_MS = 86_400_000;

/** Returns the functions with which `connections/` moves shares. */
export function createAccountShares(runtime: QueueRuntime): AccountShares {
  return {
    end: (...how) => end(runtime, ...how),
    forget: async (transaction, connectionIds, at) => {
      await end(runtime, transaction, connectionIds, at);
      // Workers lose these shares, because a late answer would name the post, which must not be stored.
      const nothing = { platformPostId: null, platformPostUrl: null, remembered: onlyKey };
      await updateInPlace(transaction, { ...nothing, leaseId: null, leaseUntil: null }).where(
        inArray(socialShares.connectionId, [...connectionIds]),
      );
    },
    release: async (transaction, connectionIds, at) => {
      await release(runtime, transaction, { connectionIds, at });
    },
  };
}

/** Takes unsettled shares from their workers. Those that may be posted are not called cancelled, and only their person can send them again. */
async function end(
  runtime: QueueRuntime,
  transaction: Queryable,
  connectionIds: readonly string[],
  at: Date,
): Promise<void> {
  const isTheirs = inArray(socialShares.connectionId, [...connectionIds]);
  const unsettled = inArray(socialShares.status, [
    "scheduled",
    "queued",
    "sending",
    "reconnect",
    "unconfirmed",
  ]);
  const ids = await lockShares(transaction, and(isTheirs, unsettled));
  const which = isOneOf(socialShares.id, ids);
  await moveShares(runtime, transaction, "disconnect", { which, given: { updatedAt: at } });
  const isUnclear = and(which, eq(socialShares.status, "unconfirmed"));
  await updateInPlace(transaction, { withdrawn: true }).where(isUnclear);
}

/**
 * Sends the shares that wait for accounts that work again, or looks for those that may be posted.
 * @param which limits the shares; default: all that wait
 * @returns how many shares were released
 */
export async function release(
  runtime: QueueRuntime,
  transaction: Queryable,
  {
    connectionIds,
    at,
    which,
  }: { readonly connectionIds: readonly string[]; readonly at: Date; readonly which?: SQL },
): Promise<number> {
  const connected = await lockConnected(transaction, connectionIds);
  if (connected.length === 0) return 0;
  const isFresh = gt(socialShares.updatedAt, new Date(at.getTime() - FRESH_MS));
  const released = await moveShares(runtime, transaction, "release", {
    which: and(which, inArray(socialShares.connectionId, connected), isFresh),
    given: { updatedAt: at },
  });
  return released.length;
}

/**
 * Locks the accounts that are still connected and whose people are not blocked. A block or a disconnect waits for this transaction, and
 * then sees the released shares.
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
