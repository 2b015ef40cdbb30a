/** Changing what is scheduled, until any of it starts. */
import { and, eq } from "drizzle-orm";
import { shareRequests, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { getShareRequest } from "./history.ts";
import type { SharingRuntime } from "./runtime.ts";
import { addShares, type DraftProblem, type ShareDraft, weighDraft } from "./submit.ts";

export type ChangeOutcome =
  | { readonly outcome: "changed" }
  | { readonly outcome: "refused"; readonly problems: readonly DraftProblem[] }
  /** It has started, or is over: it can no longer be changed. */
  | { readonly outcome: "too-late" }
  | { readonly outcome: "not-found" };

export type Change = Pick<ShareDraft, "message" | "ownMessages" | "connectionIds"> & { readonly at: Date };

/** All of it is as it was, or all of it is as the person wants it now. */
export async function changeScheduled(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
  change: Change,
): Promise<ChangeOutcome> {
  const request = await getShareRequest(runtime, person, requestId);
  if (request === undefined) return { outcome: "not-found" };
  const draft = { ...change, page: request.page };
  return await runtime.database.transaction(async (transaction): Promise<ChangeOutcome> => {
    // Locked, so that none of them starts meanwhile.
    const rows = await transaction
      .select({ status: socialShares.status, connectionId: socialShares.connectionId })
      .from(socialShares)
      .where(eq(socialShares.shareRequestId, requestId))
      .for("no key update");
    if (!rows.every(({ status }) => status === "scheduled" || status === "cancelled"))
      return { outcome: "too-late" };
    if (rows.every(({ status }) => status === "cancelled")) return { outcome: "too-late" };
    const mayWait = rows
      .filter(({ status }) => status === "scheduled")
      .map(({ connectionId }) => connectionId);
    const { fits, problems } = await weighDraft(runtime, transaction, person, { ...draft, mayWait });
    if (problems.length > 0) return { outcome: "refused", problems };
    await transaction
      .update(shareRequests)
      .set({ message: change.message, scheduledAt: change.at })
      .where(eq(shareRequests.id, requestId));
    const isScheduled = and(eq(socialShares.shareRequestId, requestId), eq(socialShares.status, "scheduled"));
    await transaction.delete(socialShares).where(isScheduled);
    await addShares(runtime, transaction, { requestId, person, draft, fits });
    await recordEvent(transaction, { userId: person.id, action: "share.changed", subject: requestId });
    return { outcome: "changed" };
  });
}
