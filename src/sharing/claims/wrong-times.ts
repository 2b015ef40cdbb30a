/**
 * Corrects what a clock that ran ahead for a while left behind: times far in the future, which would hold shares up for hours or days,
 * and scheduled shares that were mistaken for late.
 */
import { and, eq, gt, gte, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { lockShares } from "../../database/locks.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { shareDeletions, shareRequests, socialShares } from "../../database/schema.ts";
import { updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { enqueueDeletions, enqueueDeliveries } from "./queue.ts";
import { LATE_MS } from "./wake.ts";

/** A time of writing that is this far in the future comes from a wrong clock. */
const FUTURE_MS = 60_000;
/** Longer than any wait that a network asks for. */
const LONGEST_MS = 25 * 3_600_000;
/** How far back to look for a post whose time of sending cannot be right. */
const BROAD_MS = 24 * 3_600_000;

/** How often to correct times while the clock neither jumps nor goes back. */
const SELDOM_MS = 600_000;

/** When each process last corrected times, in milliseconds since 1970. */
const lastMended = new WeakMap<SharingRuntime, number>();

/** Calls `mendWrongTimes` at the start, after the clock jumped, and otherwise every ten minutes, which costs next to nothing. */
export async function mendAfterJump(runtime: SharingRuntime): Promise<void> {
  const passed = runtime.now().getTime() - (lastMended.get(runtime) ?? -Infinity);
  if (passed >= 0 && passed < SELDOM_MS) return;
  await mendWrongTimes(runtime);
  lastMended.set(runtime, runtime.now().getTime());
}

/** Corrects wrong times and resumes what they held up. @returns how many shares and deletions there were */
export async function mendWrongTimes(runtime: SharingRuntime): Promise<number> {
  const mended =
    (await returnScheduled(runtime)) + (await mendShares(runtime)) + (await mendDeletions(runtime));
  if (mended > 0)
    runtime.log.warn(
      { mended },
      "shares that a wrong clock had put off or set aside go on by the right time",
    );
  return mended;
}

/** Lets shares that were more than a day late only by the wrong clock wait for their moment again. */
async function returnScheduled(runtime: SharingRuntime): Promise<number> {
  const upTo = await runtime.scheduledUpTo(async () => false);
  if (upTo === undefined) return 0;
  const { id, status, nextAttemptAt, shareRequestId } = socialShares;
  const latest = new Date(upTo.getTime() - LATE_MS);
  const waiting = { nextAttemptAt: sql`${shareRequests.scheduledAt}`, updatedAt: runtime.now() };
  const returned = await updateInPlace(runtime.database, waiting)
    .from(shareRequests)
    .where(
      and(
        eq(shareRequests.id, shareRequestId),
        ...[eq(status, "scheduled"), isNull(nextAttemptAt)],
        gte(shareRequests.scheduledAt, latest),
      ),
    )
    .returning({ id });
  return returned.length;
}

async function mendShares(runtime: SharingRuntime): Promise<number> {
  const now = runtime.now();
  const { status, sentAt, firstSentAt } = socialShares;
  const isWrong = and(inArray(status, ["queued", "sending"]), isOfFuture(runtime, socialShares));
  return await transactRepeatedly(runtime.database, async (transaction) => {
    const ids = await lockShares(transaction, isWrong);
    if (ids.length === 0) return 0;
    await updateInPlace(transaction, {
      ...{ nextAttemptAt: null, leaseId: null, leaseUntil: null, updatedAt: now },
      // The search for the post starts over and covers the whole day before.
      sentAt: sql`least(${sentAt}, ${now}::timestamptz)`,
      firstSentAt: sql`case when ${gt(firstSentAt, now)} then ${new Date(now.getTime() - BROAD_MS)}::timestamptz else ${firstSentAt} end`,
    }).where(inArray(socialShares.id, ids));
    await enqueueDeliveries(runtime, transaction, ids);
    return ids.length;
  });
}

async function mendDeletions(runtime: SharingRuntime): Promise<number> {
  const now = runtime.now();
  const { shareId, state, isDoubtful, leaseId, askedAt } = shareDeletions;
  return await transactRepeatedly(runtime.database, async (transaction) => {
    const mended = await transaction
      .update(shareDeletions)
      .set({
        ...{ nextAttemptAt: null, leaseId: null, leaseUntil: null, updatedAt: now },
        askedAt: sql`least(${askedAt}, ${now}::timestamptz)`,
        isDoubtful: sql`${isDoubtful} or ${isNotNull(leaseId)}`,
      })
      .where(and(eq(state, "deleting"), isOfFuture(runtime, shareDeletions)))
      .returning({ id: shareId });
    const ids = mended.map(({ id }) => id);
    await enqueueDeletions(runtime, transaction, ids);
    return ids.length;
  });
}

interface Times {
  readonly updatedAt: PgColumn;
  readonly nextAttemptAt: PgColumn;
  readonly leaseUntil: PgColumn;
}

/** Finds rows with a time that cannot be right and without a live lease. */
function isOfFuture({ now, config }: SharingRuntime, times: Times): SQL | undefined {
  const after = (ms: number) => new Date(now().getTime() + ms);
  const isHeld = sql`${times.leaseUntil} between now() and now() + ${2 * config.leaseSeconds} * interval '1 second'`;
  return and(
    or(
      gt(times.updatedAt, after(FUTURE_MS)),
      gt(times.nextAttemptAt, after(LONGEST_MS)),
      gt(times.leaseUntil, after(LONGEST_MS)),
    ),
    or(isNull(times.leaseUntil), sql`not ${isHeld}`),
  );
}
