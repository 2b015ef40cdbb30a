/** Puts off revoking a grant, or gives it up. */
import { eq, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { departures, looseGrants } from "../../database/schema.ts";
import { callFields } from "../../net/task.ts";
import { recordEvent } from "../../people/audit.ts";
import type { LooseGrant } from "./loose-grants.ts";
import type { EndingRuntime, GrantEnding } from "./record-ending.ts";

/** A grant is given up after a week, longer than any network is down. */
export const PATIENCE_MS = 7 * 86_400_000;

/** The wait between two attempts: one minute at first, four times as long after each, a day at most. */
const FIRST_WAIT_MS = 60_000;
export const LONGEST_WAIT_MS = 86_400_000;

/** Records that the network still holds the grant: for the departure, or in the person's own log. */
export async function noteLeft(
  transaction: Queryable,
  { id, userId, connectionId, departureId, platform }: LooseGrant,
): Promise<void> {
  const action = "connection.grant-left";
  await recordEvent(transaction, { userId, action, subject: connectionId ?? id });
  if (departureId === null) return;
  await transaction
    .update(departures)
    .set({ left: sql`${departures.left} || to_jsonb(array[${platform}::text])` })
    .where(eq(departures.id, departureId));
}

/** Leaves the grant to a process that has its key, without counting an attempt. */
export async function leaveToOthers(
  { database, now }: EndingRuntime,
  { id, tries }: LooseGrant,
): Promise<"later"> {
  await database
    .update(looseGrants)
    .set({ tries: tries - 1, dueAt: new Date(now().getTime() + FIRST_WAIT_MS) })
    .where(eq(looseGrants.id, id));
  return "later";
}

/**
 * Schedules the next attempt, or gives up after a week.
 * @param until when the network accepts calls again, if it said so
 */
export async function tryLater(
  { database, log, now }: EndingRuntime,
  grant: LooseGrant,
  cause: string,
  until?: Date,
): Promise<GrantEnding> {
  const { id, connectionId, tries } = grant;
  log.info(
    { ...callFields(), grantId: id, connectionId, tries, code: cause },
    "the network did not revoke the grant",
  );
  if (now().getTime() - grant.createdAt.getTime() < PATIENCE_MS) {
    const usual = now().getTime() + Math.min(FIRST_WAIT_MS * 4 ** (tries - 1), LONGEST_WAIT_MS);
    const asked = Math.min(until?.getTime() ?? 0, now().getTime() + LONGEST_WAIT_MS);
    await database
      .update(looseGrants)
      .set({ dueAt: new Date(Math.max(usual, asked)) })
      .where(eq(looseGrants.id, id));
    return "later";
  }
  await database.transaction(async (transaction) => {
    await noteLeft(transaction, grant);
    await transaction.delete(looseGrants).where(eq(looseGrants.id, id));
  });
  return "given up";
}
