/** A person takes back what has not gone out yet, or says what becomes of what is late; a block takes back all. */
import { and, asc, eq, inArray, type SQL } from "drizzle-orm";
import { isOneOf } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import type { QueueRuntime } from "../claims/queue.ts";
import type { Facts } from "../life/conditions.ts";
import { moveShares, routeOf, updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { waitingStatuses } from "../share.ts";

type StoppingRuntime = QueueRuntime & Pick<SharingRuntime, "now">;

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
    await cancel(runtime, transaction, [share]);
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
    await cancel(runtime, transaction, shares);
    const left = shares.filter((share) => !isCancellable(share) && isOpen(share)).length;
    return { outcome: "cancelled", requestId, left };
  });
}

/**
 * Ends all of a person's that is not over, in the transaction of their block, which holds their row. What was sent and
 * not answered is out of its worker's hands too: nobody sends it again, and whether it is there stays open.
 */
export async function stopShares(
  runtime: StoppingRuntime,
  transaction: Queryable,
  person: { readonly id: string },
): Promise<void> {
  const open = inArray(socialShares.status, [...waitingStatuses, "sending", "unconfirmed"]);
  const shares = await lockShares(transaction, person, open);
  await cancel(runtime, transaction, shares);
  const isTheirs = eq(socialShares.userId, person.id);
  await moveShares(runtime, transaction, "block", { which: isTheirs, given: { updatedAt: runtime.now() } });
  const isUnclear = and(isTheirs, eq(socialShares.status, "unconfirmed"));
  await updateInPlace(transaction, { withdrawn: true }).where(isUnclear);
}

/** "Share it now": what was due while nothing ran, or before its time. */
export async function shareNow(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<{ readonly requestId: string } | undefined> {
  return await actAs(runtime, person, async (transaction) => {
    const [share] = await lockShares(transaction, person, eq(socialShares.id, shareId));
    if (share !== undefined)
      await moveShares(runtime, transaction, "begin", {
        which: eq(socialShares.id, shareId),
        given: { updatedAt: runtime.now() },
      });
    return share && { requestId: share.requestId };
  });
}

interface LockedShare extends Facts {
  readonly id: string;
  readonly requestId: string;
}

/** A person's, in the order of their ids, as everybody locks several: so nobody waits in a circle. */
async function lockShares(
  transaction: Queryable,
  person: { readonly id: string },
  which: SQL,
): Promise<readonly LockedShare[]> {
  const { id, shareRequestId: requestId, status, firstSentAt } = socialShares;
  const { lookSince, withdrawn, operatorFault, deletedAt } = socialShares;
  return await transaction
    .select({ id, requestId, status, firstSentAt, lookSince, withdrawn, operatorFault, deletedAt })
    .from(socialShares)
    .where(and(which, eq(socialShares.userId, person.id)))
    .orderBy(asc(id))
    .for("no key update");
}

function isCancellable(share: LockedShare): boolean {
  return routeOf("cancel", share) !== undefined;
}

function isOpen({ status }: LockedShare): boolean {
  return status === "queued" || status === "sending";
}

/** Those of them that have not gone out. They are locked. */
async function cancel(
  runtime: StoppingRuntime,
  transaction: Queryable,
  shares: readonly LockedShare[],
): Promise<void> {
  const ids = shares.map(({ id }) => id);
  const which = isOneOf(socialShares.id, ids);
  await moveShares(runtime, transaction, "cancel", { which, given: { updatedAt: runtime.now() } });
}
