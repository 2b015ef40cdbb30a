/**
 * Shares in a database that went back to an earlier state: each may have been posted since by a try that its row knows nothing of.
 * So each counts as sent once since then, and follows the rules for that: it is looked for first.
 */
import { and, eq, inArray, lte, or, type SQL, sql } from "drizzle-orm";
import { keepTold } from "../../connections/told.ts";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import type { SharingRuntime } from "../runtime.ts";

const { status, firstSentAt, lookSince, createdAt, nextAttemptAt, remembered } = socialShares;

/** Everything that may still be sent, now or later, by us or by its person. */
const notOver = [
  "scheduled",
  "queued",
  "sending",
  "reconnect",
  "failed",
  "rejected",
  "unconfirmed",
] as const satisfies (typeof socialShares.$inferSelect.status)[];

/**
 * Marks all shares that may still be sent as perhaps sent already.
 * @param since the last moment that is certainly in the database; undefined: for each share its creation
 * @returns how many shares are looked for now
 */
export async function doubtShares(
  { now, scheduledUpTo }: Pick<SharingRuntime, "now" | "scheduledUpTo">,
  transaction: Queryable,
  since: Date | undefined,
): Promise<number> {
  const at = now();
  // A clock that jumped ahead looks like a machine that slept: what is not due by the networks' time goes on waiting for it.
  const upTo = (await scheduledUpTo(async () => true)) ?? new Date(0);
  // A share that was created later is certain as of its creation.
  const from: SQL =
    since === undefined
      ? sql`${createdAt}`
      : sql`greatest(${createdAt}, ${since.toISOString()}::timestamptz)`;
  const looked = or(
    inArray(status, ["queued", "sending"]),
    and(eq(status, "scheduled"), lte(nextAttemptAt, upTo)),
  );
  const ifLooked = (then: unknown, otherwise: SQL) =>
    sql`case when ${looked} then ${then} else ${otherwise} end`;
  const told = keepTold(LOOKING_SINCE);
  const rows = await transaction
    .update(socialShares)
    .set({
      lookSince: sql`least(${lookSince}, ${from})`,
      status: ifLooked(sql`'sending'`, sql`${status}`),
      firstSentAt: sql`case when ${status} = 'scheduled' and not (${looked}) then null else least(${firstSentAt}, ${from}) end`,
      // A try that is not known here may have gone out at any time until now.
      sentAt: at,
      // Uploads that earlier tries prepared may be used up. The key by which the network recognises repeats stays valid.
      remembered: sql`jsonb_strip_nulls(jsonb_build_object('idempotencyKey', ${remembered} -> 'idempotencyKey'))`,
      nextAttemptAt: ifLooked(sql`${at.toISOString()}::timestamptz`, sql`${nextAttemptAt}`),
      leaseId: null,
      leaseUntil: null,
      errorCode: ifLooked(RESTORED, sql`${socialShares.errorCode}`),
      errorMessage: ifLooked(told.errorMessage, sql`${socialShares.errorMessage}`),
      errorTold: ifLooked(sql`${JSON.stringify(told.errorTold)}::jsonb`, sql`${socialShares.errorTold}`),
    })
    .where(inArray(status, notOver))
    .returning({ isLooked: sql<boolean>`${status} = 'sending'` });
  return rows.filter(({ isLooked }) => isLooked).length;
}

/** The error code of shares that are looked for because the database went back. */
export const RESTORED = "restored";

export const LOOKING_SINCE = say(
  "Sharewell was restored to an earlier state. Before anything is sent, we check whether this has been posted since.",
);

/** What a scheduled share becomes when it is due: queued, or looked for if it may have been posted already. */
export const begun = {
  status: sql`case when ${lookSince} is null then 'queued' else 'sending' end`,
  firstSentAt: sql`${lookSince}`,
} as const;

/** After a gap this long its person is asked first: the share may be out of date, or they may have deleted the post. */
const LATE_MS = 86_400_000;

/**
 * Whether a share of a database that went back may be sent, once it was looked for: only if it is certainly not there and the gap
 * is no longer than a day. One that was scheduled for later than that is sent unless it was found.
 */
export function maySendAfterLooking(
  { row, request }: Pick<Lease, "row" | "request">,
  found: "absent" | "unknown",
): boolean {
  const noticedAt = row.sentAt?.getTime() ?? 0;
  const wasDueLater = (request.scheduledAt?.getTime() ?? 0) > noticedAt;
  const lostMs = noticedAt - (row.lookSince?.getTime() ?? 0);
  return row.sends < MOST_SENDS && (wasDueLater || (found === "absent" && lostMs <= LATE_MS));
}

/** As for networks that do not recognise repeats. */
const MOST_SENDS = 2;
