/** A person takes back what has not gone out yet, or says what becomes of what is late; a block takes back all. */
import { and, asc, eq, inArray, type SQL } from "drizzle-orm";
import { keepTold } from "../../connections/told.ts";
import { isOneOf } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { recordEvents } from "../../people/audit.ts";
import { say } from "../../words/words.ts";
import { enqueueDeliveries } from "../claims/queue.ts";
import { begun } from "../delivery/doubt.ts";
import type { SharingRuntime } from "../runtime.ts";
import { waitingStatuses } from "../share.ts";

export type CancelOutcome =
  /** `left`: shares that were on their way already, or had arrived. */
  | { readonly outcome: "cancelled"; readonly requestId: string; readonly left: number }
  | { readonly outcome: "not-found" };

/** One share. */
export async function cancelShare(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<CancelOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<CancelOutcome> => {
    const [share] = await lockShares(transaction, person, eq(socialShares.id, shareId));
    if (share === undefined) return { outcome: "not-found" };
    await cancel(runtime, transaction, person, [share]);
    const isLeft = !isCancellable(share) && share.status !== "cancelled";
    return { outcome: "cancelled", requestId: share.requestId, left: isLeft ? 1 : 0 };
  });
}

/** All of a request that has not gone out. */
export async function cancelRequest(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<CancelOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<CancelOutcome> => {
    const shares = await lockShares(transaction, person, eq(socialShares.shareRequestId, requestId));
    if (shares.length === 0) return { outcome: "not-found" };
    await cancel(runtime, transaction, person, shares);
    const left = shares.filter((share) => !isCancellable(share) && isOpen(share)).length;
    return { outcome: "cancelled", requestId, left };
  });
}

/**
 * Ends all of a person's that is not over, in the transaction of their block, which holds their row. What was sent and
 * not answered is out of its worker's hands too: nobody sends it again, and whether it is there stays open.
 */
export async function stopShares(
  runtime: Pick<SharingRuntime, "now">,
  transaction: Queryable,
  person: { readonly id: string },
): Promise<void> {
  const open = inArray(socialShares.status, [...waitingStatuses, "sending", "unconfirmed"]);
  const shares = await lockShares(transaction, person, open);
  await cancel(runtime, transaction, person, shares);
  const sent = shares.filter(({ status }) => status === "sending" || status === "reconnect");
  const doubtful = sent.filter((share) => !isCancellable(share)).map(({ id }) => id);
  await transaction
    .update(socialShares)
    .set({
      ...outOfHands,
      status: "unconfirmed",
      errorCode: "blocked",
      ...keepTold(say("The account was blocked before it was known whether the post is there.")),
      updatedAt: runtime.now(),
    })
    .where(isOneOf(socialShares.id, doubtful));
  const isUnclear = and(eq(socialShares.userId, person.id), eq(socialShares.status, "unconfirmed"));
  await transaction.update(socialShares).set({ withdrawn: true }).where(isUnclear);
}

/** "Share it now": what was due while nothing ran, or before its time. */
export async function shareNow(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<{ readonly requestId: string } | undefined> {
  return await actAs(runtime, person, async (transaction) => {
    const [share] = await lockShares(transaction, person, eq(socialShares.id, shareId));
    if (share?.status === "scheduled") {
      await transaction
        .update(socialShares)
        .set({ ...begun, nextAttemptAt: null, updatedAt: runtime.now() })
        .where(eq(socialShares.id, shareId));
      await enqueueDeliveries(runtime, transaction, [shareId]);
    }
    return share && { requestId: share.requestId };
  });
}

interface LockedShare {
  readonly id: string;
  readonly requestId: string;
  readonly status: typeof socialShares.$inferSelect.status;
  readonly firstSentAt: Date | null;
}

/** A person's, in the order of their ids, as everybody locks several: so nobody waits in a circle. */
async function lockShares(
  transaction: Queryable,
  person: { readonly id: string },
  which: SQL,
): Promise<readonly LockedShare[]> {
  const { id, shareRequestId: requestId, status, firstSentAt } = socialShares;
  return await transaction
    .select({ id, requestId, status, firstSentAt })
    .from(socialShares)
    .where(and(which, eq(socialShares.userId, person.id)))
    .orderBy(asc(id))
    .for("no key update");
}

function isCancellable({ status, firstSentAt }: LockedShare): boolean {
  return firstSentAt === null && waitingStatuses.some((waiting) => waiting === status);
}

function isOpen({ status }: LockedShare): boolean {
  return status === "queued" || status === "sending";
}

/** A worker that has such a share in hand loses it: its fence then lets nothing out. */
const outOfHands = { leaseId: null, leaseUntil: null, nextAttemptAt: null, tellAt: null } as const;

/** Those of them that have not gone out. They are locked. */
async function cancel(
  runtime: Pick<SharingRuntime, "now">,
  transaction: Queryable,
  person: { readonly id: string },
  shares: readonly LockedShare[],
): Promise<void> {
  const ids = shares.filter(isCancellable).map(({ id }) => id);
  if (ids.length === 0) return;
  const nothing = { errorCode: null, errorMessage: null, errorTold: null };
  await transaction
    .update(socialShares)
    .set({ ...outOfHands, ...nothing, status: "cancelled", updatedAt: runtime.now() })
    .where(isOneOf(socialShares.id, ids));
  await recordEvents(transaction, { userId: person.id, action: "share.cancelled", subjects: ids });
}
