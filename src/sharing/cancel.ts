/** A person takes back what has not gone out yet, or says what becomes of what is late. */
import { and, eq, inArray, isNull } from "drizzle-orm";
import { socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { findShare, getShareRequest } from "./history.ts";
import { enqueueDeliveries } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";

export type CancelOutcome =
  /** `left`: shares that were on their way already. */
  | { readonly outcome: "cancelled"; readonly requestId: string; readonly left: number }
  | { readonly outcome: "not-found" };

/** One share. */
export async function cancelShare(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<CancelOutcome> {
  const share = await findShare(runtime, person, shareId);
  if (share === undefined) return { outcome: "not-found" };
  return await cancel(runtime, person, share.requestId, [shareId]);
}

/** All of a request that has not gone out. */
export async function cancelRequest(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<CancelOutcome> {
  const request = await getShareRequest(runtime, person, requestId);
  if (request === undefined) return { outcome: "not-found" };
  const ids = request.shares.filter(({ isCancellable }) => isCancellable).map(({ id }) => id);
  return await cancel(runtime, person, requestId, ids);
}

/** All of a person's that has not gone out: they are kept out from now on. */
export async function cancelAllOf(runtime: SharingRuntime, personId: string): Promise<void> {
  const { id, userId, status, firstSentAt, shareRequestId } = socialShares;
  const waiting = await runtime.database
    .select({ id, requestId: shareRequestId })
    .from(socialShares)
    .where(and(eq(userId, personId), inArray(status, ["scheduled", "queued"]), isNull(firstSentAt)));
  const ids = waiting.map((share) => share.id);
  await cancel(runtime, { id: personId }, waiting[0]?.requestId ?? "", ids);
}

/** A worker that has such a share in hand loses it: its fence then lets nothing out. */
async function cancel(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
  ids: readonly string[],
): Promise<CancelOutcome> {
  if (ids.length === 0) return { outcome: "cancelled", requestId, left: 0 };
  const nothing = {
    leaseId: null,
    leaseUntil: null,
    nextAttemptAt: null,
    errorCode: null,
    errorMessage: null,
    errorTold: null,
  };
  const cancelled = await runtime.database.transaction(async (transaction) => {
    const rows = await transaction
      .update(socialShares)
      .set({ ...nothing, status: "cancelled", updatedAt: runtime.now() })
      .where(
        and(
          inArray(socialShares.id, [...ids]),
          inArray(socialShares.status, ["scheduled", "queued"]),
          isNull(socialShares.firstSentAt),
        ),
      )
      .returning({ id: socialShares.id });
    for (const { id } of rows)
      await recordEvent(transaction, { userId: person.id, action: "share.cancelled", subject: id });
    return rows.length;
  });
  return { outcome: "cancelled", requestId, left: ids.length - cancelled };
}

/** "Share it now": what was due while nothing ran, or before its time. */
export async function shareNow(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<{ readonly requestId: string } | undefined> {
  const share = await findShare(runtime, person, shareId);
  if (share === undefined) return undefined;
  await runtime.database.transaction(async (transaction) => {
    const started = await transaction
      .update(socialShares)
      .set({ status: "queued", nextAttemptAt: null, updatedAt: runtime.now() })
      .where(and(eq(socialShares.id, shareId), eq(socialShares.status, "scheduled")))
      .returning({ id: socialShares.id });
    await enqueueDeliveries(
      runtime,
      transaction,
      started.map(({ id }) => id),
    );
  });
  return { requestId: share.requestId };
}
