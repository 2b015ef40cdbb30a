/** Records the result of revoking a grant. */
import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { Logger } from "pino";
import type { Queryable } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { departures, looseGrants, socialConnections } from "../../database/schema.ts";
import { callFields } from "../../net/task.ts";
import { recordEvent } from "../../people/audit.ts";
import type { SocialPlatform } from "../../platforms/platform.ts";
import type { TokensRuntime } from "../tokens.ts";
import { sharesGrant } from "./grant-use.ts";
import type { LooseGrant } from "./loose-grants.ts";

export interface EndingRuntime extends TokensRuntime {
  readonly log: Pick<Logger, "info" | "error">;
}

/**
 * "ended": the network confirmed it. "in use": other connected accounts need the grant. "impossible": the
 * network offers no way to revoke it. "later": it failed and is tried again. "given up": it failed for a week.
 */
export type GrantEnding = "ended" | "in use" | "impossible" | "later" | "given up";

/** A grant is given up after a week, longer than any network is down. */
export const PATIENCE_MS = 7 * 86_400_000;

/** The wait between two attempts: one minute at first, four times as long after each, a day at most. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 86_400_000;

/** No access token that is revoked on its own lives longer (docs/networks/linkedin.md, section 2.3). */
const TOKEN_LIFE_MS = 60 * 86_400_000;

/**
 * Removes a revoked grant.
 * @param ended.whole the grant's id at the network, shared by all connections whose tokens may have ended with
 * it
 */
export async function noteEnd(
  { database, now }: EndingRuntime,
  grant: LooseGrant,
  { whole, platform }: { readonly whole: string | undefined; readonly platform: SocialPlatform },
): Promise<void> {
  await transactRepeatedly(database, async (transaction) => {
    const isSame = whole === undefined ? undefined : sharesGrant(socialConnections, grant, whole);
    // Somebody may have connected through this grant while the network was called: those connections are
    // verified soon.
    if (isSame !== undefined)
      await transaction
        .update(socialConnections)
        .set({ lastVerifiedAt: null })
        .where(and(isSame, isNull(socialConnections.revokedAt)));
    await transaction
      .delete(looseGrants)
      .where(
        or(
          eq(looseGrants.id, grant.id),
          whole === undefined || !platform.tokensEndTogether
            ? undefined
            : sharesGrant(looseGrants, grant, whole),
        ),
      );
    // Grants that waited because this one was in use are due now.
    if (whole !== undefined && !platform.tokensEndTogether)
      await transaction
        .update(looseGrants)
        .set({ dueAt: now() })
        .where(and(sharesGrant(looseGrants, grant, whole), eq(looseGrants.isHeld, false)));
    await recordEvent(transaction, {
      userId: grant.userId,
      action: "connection.grant-ended",
      subject: grant.connectionId ?? grant.id,
    });
  });
}

/**
 * Keeps a grant that a connected account uses. Where tokens end together it goes with that account; otherwise
 * it is tried again every day.
 */
export async function leaveInUse(
  runtime: EndingRuntime,
  grant: LooseGrant,
  { tokensEndTogether }: SocialPlatform,
): Promise<GrantEnding> {
  const { database, now } = runtime;
  const isOver = now().getTime() - grant.createdAt.getTime() > TOKEN_LIFE_MS;
  if (tokensEndTogether || isOver) return await forget(runtime, grant, "in use");
  await database
    .update(looseGrants)
    // A departure does not wait for it.
    .set({ dueAt: new Date(now().getTime() + LONGEST_WAIT_MS), departureId: null })
    .where(eq(looseGrants.id, grant.id));
  return "in use";
}

export async function forget(
  { database }: EndingRuntime,
  grant: LooseGrant,
  ending: "in use" | "impossible",
): Promise<GrantEnding> {
  await database.transaction(async (transaction) => {
    if (ending === "impossible") await noteLeft(transaction, grant);
    await transaction.delete(looseGrants).where(eq(looseGrants.id, grant.id));
  });
  return ending;
}

/** Records that the network still holds the grant: for the departure, or in the person's own log. */
async function noteLeft(
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
