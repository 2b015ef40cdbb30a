/** A person deletes a post, or stops waiting for that. A worker then does the work: see deletion.ts. */
import { and, eq, ne, type SQL } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { shareAttempts, shareDeletions, socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { say, type Told } from "../../words/words.ts";
import { enqueueDeletions } from "../claims/queue.ts";
import { updateInPlace } from "../life/move.ts";
import { findShare } from "../record/history.ts";
import type { SharingRuntime } from "../runtime.ts";

export type DeleteOutcome =
  | { readonly outcome: "deleting" | "deleted"; readonly requestId: string }
  | { readonly outcome: "refused"; readonly problem: Told; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** Requests the deletion of a post. A second request, by another click or tab, finds the first under way. @throws {Barred} */
export async function deleteShare(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<DeleteOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<DeleteOutcome> => {
    const isPosted = await lockPosted(transaction, shareId);
    const share = await findShare({ ...runtime, database: transaction }, person, shareId);
    if (share === undefined) return { outcome: "not-found" };
    const { requestId, deletion } = share;
    switch (deletion.state) {
      case "deleting":
      case "deleted":
        return { outcome: deletion.state, requestId };
      case "hindered":
        return { outcome: "refused", requestId, problem: deletion.hindrance };
      case "failed":
      case "unclear":
        if (!deletion.isRepeatable) return { outcome: "refused", requestId, problem: deletion.problem };
        break;
      case "none":
        return { outcome: "refused", requestId, problem: say("There is no post to delete.") };
      case "possible":
    }
    if (isPosted) await begin(runtime, transaction, person, shareId);
    return { outcome: "deleting", requestId };
  });
}

async function begin(
  runtime: SharingRuntime,
  transaction: Queryable,
  person: { readonly id: string },
  shareId: string,
): Promise<void> {
  const anew = { askedAt: runtime.now(), updatedAt: runtime.now() };
  const begun = await transaction
    .insert(shareDeletions)
    .values({ shareId, userId: person.id, state: "deleting", ...anew })
    .onConflictDoUpdate({
      target: shareDeletions.shareId,
      // `isDoubtful` is kept: the post may be gone already.
      set: { state: "deleting", tries: 0, nextAttemptAt: null, ...noProblem, ...anew },
      setWhere: ne(shareDeletions.state, "deleting"),
    })
    .returning({ shareId: shareDeletions.shareId });
  if (begun.length === 0) return;
  await touchShare(runtime, transaction, shareId, { tellAt: null });
  await enqueueDeletions(runtime, transaction, [shareId]);
}

export type StopOutcome =
  /** "unclear": the network may have deleted it, or be about to. */
  | { readonly outcome: "stopped" | "unclear" | "not-under-way"; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** Stops a deletion: the network is not asked again. @throws {Barred} */
export async function stopDeleting(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<StopOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<StopOutcome> => {
    const isPosted = await lockPosted(transaction, shareId);
    const share = await findShare({ ...runtime, database: transaction }, person, shareId);
    if (share === undefined) return { outcome: "not-found" };
    const { requestId } = share;
    const nothing = { outcome: "not-under-way", requestId } as const;
    if (!isPosted) return nothing;
    const isOurs = and(eq(shareDeletions.shareId, shareId), eq(shareDeletions.state, "deleting"));
    const [row] = await transaction.select().from(shareDeletions).where(isOurs).for("no key update");
    if (row === undefined) return nothing;
    const isUnclear = row.isDoubtful || row.leaseId !== null;
    if (isUnclear)
      await transaction
        .update(shareDeletions)
        .set({
          ...{ state: "unclear", isDoubtful: true, leaseId: null, leaseUntil: null, nextAttemptAt: null },
          ...{ errorCode: "given-up", errorMessage: GIVEN_UP, errorTold: null, updatedAt: runtime.now() },
        })
        .where(isOurs);
    else await transaction.delete(shareDeletions).where(isOurs);
    await touchShare(runtime, transaction, shareId);
    const at = runtime.now();
    await transaction
      .insert(shareAttempts)
      .values({ shareId, action: "delete", result: "given-up", startedAt: at, endedAt: at });
    return { outcome: isUnclear ? "unclear" : "stopped", requestId };
  });
}

const GIVEN_UP = say(
  "You stopped waiting for the deletion. We had already asked the network, so the post may be gone: check there.",
);

const noProblem = { errorCode: null, errorMessage: null, errorTold: null } as const;

/** Locks the share, always before its deletion. @returns false if it has no post, or the post was deleted */
export async function lockPosted(transaction: Queryable, shareId: string): Promise<boolean> {
  const [row] = await transaction
    .select({ deletedAt: socialShares.deletedAt, status: socialShares.status })
    .from(socialShares)
    .where(eq(socialShares.id, shareId))
    .for("no key update");
  return row !== undefined && row.deletedAt === null && row.status === "posted";
}

/** Marks the share as changed, so that its pages are shown anew. */
export async function touchShare(
  runtime: SharingRuntime,
  transaction: Queryable,
  shareId: string,
  changes: { readonly deletedAt?: Date; readonly tellAt?: SQL | null } = {},
): Promise<void> {
  await updateInPlace(transaction, { ...changes, updatedAt: runtime.now() }).where(
    eq(socialShares.id, shareId),
  );
}
