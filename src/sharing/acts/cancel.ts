/** A person cancels shares that are not sent yet, or sends a scheduled one now. A block cancels all shares of a person. */
import { and, asc, eq, inArray, type SQL } from "drizzle-orm";
import { isOneOf } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { say } from "../../words/words.ts";
import type { QueueRuntime } from "../claims/queue.ts";
import type { Facts } from "../life/conditions.ts";
import { moveShares, routeOf, updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { waitingStatuses } from "../share.ts";

type StoppingRuntime = QueueRuntime & Pick<SharingRuntime, "now">;

export type CancelOutcome =
  /** `left`: how many shares could not be cancelled, because they were being sent or had been sent. */
  | { readonly outcome: "cancelled"; readonly requestId: string; readonly left: number }
  | { readonly outcome: "not-found" };

/** Cancels one share. @throws {Barred} */
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

/** Cancels all shares of a request that are not sent yet. @throws {Barred} */
export async function cancelRequest(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<CancelOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<CancelOutcome> => {
    const shares = await lockShares(transaction, person, eq(socialShares.shareRequestId, requestId));
    if (shares.length === 0) return { outcome: "not-found" };
    await cancel(runtime, transaction, shares);
    const left = shares.filter(({ status }) => status === "sending").length;
    return { outcome: "cancelled", requestId, left };
  });
}

/**
 * Ends all shares of a person that are not over, in the transaction of their block, which holds their row. Workers lose those that were
 * sent and not answered, too: nobody sends them again, and it stays open whether they were posted.
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
  const stopped = isOneOf(
    socialShares.id,
    shares.map(({ id }) => id),
  );
  // So that nobody is told that they cancelled these themselves.
  await updateInPlace(transaction, {
    errorCode: "blocked",
    errorMessage: say("Your account here was blocked before this was sent."),
  }).where(and(stopped, eq(socialShares.status, "cancelled")));
  await moveShares(runtime, transaction, "block", { which: isTheirs, given: { updatedAt: runtime.now() } });
  const isUnclear = and(isTheirs, eq(socialShares.status, "unconfirmed"));
  await updateInPlace(transaction, { withdrawn: true }).where(isUnclear);
}

/** "Share it now": begins a scheduled share early, or after its moment was missed. @throws {Barred} */
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

/** Locks shares of a person in the order of their ids, as all code does, to avoid deadlocks. */
async function lockShares(
  transaction: Queryable,
  person: { readonly id: string },
  which: SQL,
): Promise<readonly LockedShare[]> {
  const { id, shareRequestId: requestId, status, firstSentAt } = socialShares;
  const { lookSince, withdrawn, operatorFault } = socialShares;
  return await transaction
    .select({ id, requestId, status, firstSentAt, lookSince, withdrawn, operatorFault })
    .from(socialShares)
    .where(and(which, eq(socialShares.userId, person.id)))
    .orderBy(asc(id))
    .for("no key update");
}

function isCancellable(share: LockedShare): boolean {
  return routeOf("cancel", share) !== undefined;
}

/** Cancels those of the locked shares that are not sent yet. */
async function cancel(
  runtime: StoppingRuntime,
  transaction: Queryable,
  shares: readonly LockedShare[],
): Promise<void> {
  const ids = shares.map(({ id }) => id);
  const which = isOneOf(socialShares.id, ids);
  await moveShares(runtime, transaction, "cancel", { which, given: { updatedAt: runtime.now() } });
}
