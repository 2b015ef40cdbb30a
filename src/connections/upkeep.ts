/**
 * Keeps connections working: refreshes tokens before they expire, and asks each network once a day whether the
 * connection still works.
 */

import { and, asc, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import { asTask, type TaskFields } from "../net/task.ts";
import type { ConnectionRow } from "./connection.ts";
import { renew } from "./tokens.ts";
import { tellFailure, type UpkeepRuntime, verify } from "./verify.ts";

const DAY_MS = 86_400_000;

/** Connections per round; the next round takes the rest. */
const ROUND = 100;
/** How many are checked at the same time. */
const SIDE_BY_SIDE = 4;

/** The condition for working connections of networks that are set up. */
function alive({ platforms }: UpkeepRuntime) {
  const names = platforms.availablePlatforms().map(({ name }) => name);
  return and(
    isNull(socialConnections.revokedAt),
    eq(socialConnections.status, "active"),
    inArray(socialConnections.platform, names),
  );
}

/**
 * Refreshes the tokens that are due. If that fails, the connection keeps its tokens and is tried again the next
 * day.
 * @returns how many were refreshed
 */
export async function renewDue(runtime: UpkeepRuntime): Promise<number> {
  const { database } = runtime;
  const isDue = and(alive(runtime), lte(socialConnections.nextRenewalAt, runtime.now()));
  const due = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(isDue)
    .orderBy(asc(socialConnections.nextRenewalAt))
    .limit(ROUND);
  // Moving the time on claims the row, so that no other process takes it.
  const claimed = await database
    .update(socialConnections)
    .set({ nextRenewalAt: new Date(runtime.now().getTime() + DAY_MS) })
    .where(and(inArray(socialConnections.id, due), isDue))
    .returning();
  return await forEachOf(runtime, claimed, "renewing", async (row) => {
    await renew(runtime, row);
  });
}

/** Verifies connections that were not verified for a day. @returns how many work */
export async function verifyDue(runtime: UpkeepRuntime): Promise<number> {
  const { database } = runtime;
  const yesterday = new Date(runtime.now().getTime() - DAY_MS);
  const isDue = and(
    alive(runtime),
    or(isNull(socialConnections.lastVerifiedAt), lte(socialConnections.lastVerifiedAt, yesterday)),
  );
  const due = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(isDue)
    .orderBy(asc(socialConnections.lastVerifiedAt))
    .limit(ROUND);
  const claimed = await database
    .update(socialConnections)
    .set({ lastVerifiedAt: runtime.now() })
    .where(and(inArray(socialConnections.id, due), isDue))
    .returning();
  return await forEachOf(runtime, claimed, "verifying", (row) => verify(runtime, row.id, "upkeep"));
}

/**
 * Has all connections verified within minutes, after a refresh where that is possible: once the database went
 * back in time, a single-use token may have been used already.
 * @returns how many
 */
export async function doubtTokens(
  { now }: Pick<UpkeepRuntime, "now">,
  transaction: Queryable,
): Promise<number> {
  const { tokenRenewAfter, nextRenewalAt, refreshTokenEnc } = socialConnections;
  const isRenewable = sql`${refreshTokenEnc} is not null and ${tokenRenewAfter} is not null`;
  const rows = await transaction
    .update(socialConnections)
    .set({
      // A refresh proves more than a verification: an access token may still work when its grant has ended.
      lastVerifiedAt: sql`case when ${isRenewable} then ${socialConnections.lastVerifiedAt} end`,
      nextRenewalAt: sql`case when ${isRenewable}
        then ${now().toISOString()}::timestamptz else ${nextRenewalAt} end`,
    })
    .where(and(isNull(socialConnections.revokedAt), eq(socialConnections.status, "active")))
    .returning({ id: socialConnections.id });
  return rows.length;
}

async function forEachOf(
  runtime: UpkeepRuntime,
  rows: readonly ConnectionRow[],
  doing: NonNullable<TaskFields["doing"]>,
  work: (row: ConnectionRow) => Promise<void>,
): Promise<number> {
  const waiting = [...rows];
  let done = 0;
  const take = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const { id: connectionId, platform: network } = row;
      const isDone = await asTask({ doing, network, connectionId }, async () => {
        try {
          await work(row);
          return true;
        } catch (error) {
          tellFailure(runtime, { connectionId, doing }, error);
          return false;
        }
      });
      if (isDone) done += 1;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, take));
  return done;
}
