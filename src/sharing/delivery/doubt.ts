/**
 * Doubts the shares of a database that went back to an earlier state: each may have been posted since by a try that its row does not
 * know. So each counts as sent once since then, and is looked for before it is sent.
 */
import { and, eq, inArray, lte, or, type SQL, sql } from "drizzle-orm";
import { keepTold } from "../../connections/told.ts";
import { lockShares } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import { moving, onlyKey, updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";

const { status, firstSentAt, lookSince, createdAt, nextAttemptAt } = socialShares;

/** Over for now, but sent again by its person, or once the account works again. */
const inTrouble = ["reconnect", "failed", "rejected", "unconfirmed"] as const;

/** All that may still be sent, now or later, by us or by its person. */
const notOver = ["scheduled", "queued", "sending", ...inTrouble] as const;

/**
 * Marks all shares that may still be sent as perhaps sent.
 * @param since the last moment that is certainly in the database; undefined: the creation of each share
 * @returns how many shares are looked for now
 */
export async function doubtShares(
  { now, scheduledUpTo }: Pick<SharingRuntime, "now" | "scheduledUpTo">,
  transaction: Queryable,
  since: Date | undefined,
): Promise<number> {
  const at = now();
  // A clock that jumped ahead looks like a machine that slept. What is not due by the networks' time goes on waiting.
  const upTo = (await scheduledUpTo(async () => true)) ?? new Date(0);
  // A share that was created later is certain as of its creation.
  const from: SQL =
    since === undefined
      ? sql`${createdAt}`
      : sql`greatest(${createdAt}, ${since.toISOString()}::timestamptz)`;
  const perhapsSent = {
    lookSince: sql`least(${lookSince}, ${from})`,
    // A try that is not known here may have gone out at any time until now.
    sentAt: at,
    // Uploads that earlier tries prepared may be used up. The key by which the network recognises repeats stays valid.
    remembered: onlyKey,
  };
  const firstSend = sql`least(${firstSentAt}, ${from})`;
  const isDue = or(
    inArray(status, ["queued", "sending"]),
    and(eq(status, "scheduled"), lte(nextAttemptAt, upTo)),
  );
  // Locked as a whole: none of them changes from one state to the other between the statements.
  await lockShares(transaction, inArray(status, [...notOver]));
  const looked = await moving(transaction, "doubt", {
    ...perhapsSent,
    firstSentAt: firstSend,
    nextAttemptAt: at,
    errorCode: RESTORED,
    ...keepTold(LOOKING_SINCE),
  })
    .where(isDue)
    .returning({ id: socialShares.id });
  await updateInPlace(transaction, { ...perhapsSent, firstSentAt: firstSend }).where(
    inArray(status, inTrouble),
  );
  // Only what is due by now may have been sent.
  await updateInPlace(transaction, { ...perhapsSent, firstSentAt: null }).where(eq(status, "scheduled"));
  return looked.length;
}

/** The error code of shares that are looked for because the database went back. */
export const RESTORED = "restored";

export const LOOKING_SINCE = say(
  "Sharewell was restored to an earlier state. Before anything is sent, we check whether this has been posted since.",
);

/** After a longer gap its person is asked first: the share may be out of date, or they may have deleted the post. */
const LATE_MS = 86_400_000;

/**
 * Whether a share of a database that went back may be sent after the search: only if the post is certainly not there and the gap is no
 * longer than a day. A share that was scheduled for a later moment is sent unless it was found.
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

/** The same as for networks that do not recognise repeats. */
const MOST_SENDS = 2;
