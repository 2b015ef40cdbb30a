/** Records how a try to delete a post ended: the new state of the deletion, and the attempt. */
import { and, eq, sql } from "drizzle-orm";
import { keepTold } from "../../connections/told.ts";
import type { Queryable } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { shareAttempts, shareDeletions, socialShares, users } from "../../database/schema.ts";
import { recordEvent } from "../../people/audit.ts";
import type { Explanation } from "../delivery/outcome.ts";
import { planNotice } from "../record/notices.ts";
import type { SharingRuntime } from "../runtime.ts";
import { lockPosted, touchShare } from "./delete.ts";
import type { ClaimedDeletion } from "./lease.ts";

export type DeletionEnding =
  /** "gone": looked for, and not there any more. */
  | { readonly to: "deleted"; readonly as: "deleted" | "gone" }
  | {
      readonly to: "deleting";
      readonly at: Date;
      readonly as: "waiting" | "reconnect";
      readonly why: Explanation;
      readonly counts?: true;
      readonly isDoubtful: boolean;
    }
  | { readonly to: "failed" | "unclear"; readonly why: Explanation };

interface DeletionTry {
  readonly claimed: ClaimedDeletion;
  readonly startedAt: Date;
}

/** Records the outcome of a try. That a post is gone is recorded by any worker, everything else only by the one that holds the deletion. */
export async function settleDeletion(
  runtime: SharingRuntime,
  done: DeletionTry,
  ending: DeletionEnding,
): Promise<void> {
  const { share } = done.claimed;
  await transactRepeatedly(runtime.database, async (transaction) => {
    // The share may have been deleted with its person meanwhile, or another try was quicker.
    if (!(await lockPosted(transaction, share.id))) return;
    if (ending.to === "deleted") {
      await transaction.delete(shareDeletions).where(eq(shareDeletions.shareId, share.id));
      await touchShare(runtime, transaction, share.id, { deletedAt: runtime.now() });
      await recordEvent(transaction, { userId: share.userId, action: "share.deleted", subject: share.id });
    } else {
      const isMine = await keep(runtime, transaction, done, ending);
      if (!isMine) return;
      await touchShare(runtime, transaction, share.id, ending.to === "deleting" ? {} : tellOf(runtime));
    }
    await writeAttempt(runtime, transaction, done, ending);
  });
  if (ending.to === "deleting") runtime.pulse.noLaterThan(ending.at);
}

async function keep(
  runtime: SharingRuntime,
  transaction: Queryable,
  { claimed }: DeletionTry,
  ending: Exclude<DeletionEnding, { to: "deleted" }>,
): Promise<boolean> {
  const isLater = ending.to === "deleting";
  const { tries } = claimed.deletion;
  const kept = await transaction
    .update(shareDeletions)
    .set({
      state: ending.to,
      isDoubtful: isLater ? ending.isDoubtful : ending.to === "unclear",
      tries: isLater && ending.counts ? tries + 1 : tries,
      nextAttemptAt: isLater ? ending.at : null,
      ...{ leaseId: null, leaseUntil: null, updatedAt: runtime.now() },
      ...{ errorCode: ending.why.code, ...keepTold(ending.why.message) },
    })
    .where(and(eq(shareDeletions.shareId, claimed.share.id), eq(shareDeletions.leaseId, claimed.leaseId)))
    .returning({ shareId: shareDeletions.shareId });
  return kept.length > 0;
}

/** Plans a letter as for a share that failed. If one is planned already, it tells this too. */
function tellOf({ now }: SharingRuntime) {
  const { tell_at, tell_those } = planNotice(now(), "failed");
  const planned = sql`(select ${tell_at.toISOString()}::timestamptz from ${users} who
    where who.id = ${socialShares.userId} and who.mail_notices in ${tell_those})`;
  return { tellAt: sql`coalesce(${socialShares.tellAt}, ${planned})` };
}

async function writeAttempt(
  runtime: SharingRuntime,
  transaction: Queryable,
  { claimed, startedAt }: DeletionTry,
  ending: DeletionEnding,
): Promise<void> {
  const why = "why" in ending ? ending.why : undefined;
  await transaction.insert(shareAttempts).values({
    ...{ shareId: claimed.share.id, action: "delete", startedAt, endedAt: runtime.now() },
    result: "as" in ending ? ending.as : ending.to,
    ...(why === undefined ? {} : { errorCode: why.code, ...keepTold(why.message) }),
    httpStatus: why?.status ?? null,
  });
}
