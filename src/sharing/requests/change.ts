/** Changes a scheduled request before any of its shares begins. */
import { createHash } from "node:crypto";
import { and, eq, notInArray, sql } from "drizzle-orm";
import type { Selection } from "../../connections/selection.ts";
import type { Queryable } from "../../database/open.ts";
import { shareRequests, socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { recordEvent } from "../../people/audit.ts";
import { moveShares } from "../life/move.ts";
import { keepWords } from "../record/share-words.ts";
import type { SharingRuntime } from "../runtime.ts";
import { findNextSlot } from "../slots/next-slot.ts";
import { addShares } from "./add-shares.ts";
import { lockScheduled } from "./lock-scheduled.ts";
import { findRequestPage } from "./scheduled.ts";
import { NO_FREE_SLOT, type ShareDraft } from "./submit.ts";
import { type DraftProblem, weighDraft } from "./weigh.ts";

export type ChangeOutcome =
  | { readonly outcome: "changed" }
  | { readonly outcome: "refused"; readonly problems: readonly DraftProblem[] }
  /** A share of it has begun or is over, so it can no longer be changed. */
  | { readonly outcome: "too-late" }
  /** It was changed, or a share of it cancelled, since the person saw it. */
  | { readonly outcome: "outdated" }
  | { readonly outcome: "not-found" };

export type Change = Selection &
  Pick<
    ShareDraft,
    | "message"
    | "ownMessages"
    | "networkMessages"
    | "pictures"
    | "ownOptions"
    | "networkOptions"
    | "at"
    | "slot"
  > & {
    /** The `versionOf` the request that the person saw. */
    readonly seen: string;
  };

/** Returns a version of a request that differs once any of it was changed or cancelled. */
export async function versionOf(
  { database }: { readonly database: Queryable },
  requestId: string,
): Promise<string> {
  const isScheduled = and(
    eq(socialShares.shareRequestId, shareRequests.id),
    eq(socialShares.status, "scheduled"),
  );
  const [row] = await database
    .select({
      message: shareRequests.message,
      pictures: shareRequests.pictures,
      scheduledAt: shareRequests.scheduledAt,
      waiting: sql<string>`count(${socialShares.id})`,
      changes: sql<string | null>`sum(extract(epoch from ${socialShares.updatedAt}))`,
    })
    .from(shareRequests)
    .leftJoin(socialShares, isScheduled)
    .where(eq(shareRequests.id, requestId))
    .groupBy(shareRequests.id);
  return createHash("sha256")
    .update(JSON.stringify(row ?? null))
    .digest("base64url");
}

/**
 * Changes all of the request or nothing; without a moment or a slot, it also begins. A share to the same account keeps its id.
 * @throws {Barred}
 */
export async function changeScheduled(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
  change: Change,
): Promise<ChangeOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<ChangeOutcome> => {
    const scheduled = await lockScheduled(transaction, person, requestId);
    const page = await findRequestPage({ database: transaction }, person, requestId);
    if (scheduled === "too-late") return { outcome: scheduled };
    if (scheduled === "not-found" || page === undefined) return { outcome: "not-found" };
    if ((await versionOf({ database: transaction }, requestId)) !== change.seen)
      return { outcome: "outdated" };
    const kept = new Map(scheduled.map((row) => [row.connectionId, row.id]));
    const before = new Map(scheduled.map((row) => [row.connectionId, row.options]));
    const waiting = { requestId, options: before };
    const { fits, problems } = await weighDraft(runtime, transaction, person, { ...change, page, waiting });
    if (problems.length > 0) return { outcome: "refused", problems };
    const at = await findMoment({ ...runtime, database: transaction }, person, requestId, change);
    if (at === undefined) return { outcome: "refused", problems: [NO_FREE_SLOT] };
    const draft = { ...change, page, at };
    await transaction
      .update(shareRequests)
      .set({ message: change.message, pictures: change.pictures ?? null, scheduledAt: at })
      .where(eq(shareRequests.id, requestId));
    await keepWords(transaction, requestId, draft);
    const isOfRequest = eq(socialShares.shareRequestId, requestId);
    const chosen = fits.map(({ connection }) => connection.id);
    await transaction
      .delete(socialShares)
      .where(
        and(isOfRequest, eq(socialShares.status, "scheduled"), notInArray(socialShares.connectionId, chosen)),
      );
    await addShares(runtime, transaction, { requestId, person, draft, fits, kept });
    if (change.at === undefined && change.slot === undefined)
      await moveShares(runtime, transaction, "begin", {
        which: isOfRequest,
        given: { updatedAt: runtime.now() },
      });
    await recordEvent(transaction, { userId: person.id, action: "share.changed", subject: requestId });
    return { outcome: "changed" };
  });
}

/** Undefined where no slot is free. */
async function findMoment(
  runtime: Parameters<typeof findNextSlot>[0],
  person: { readonly id: string },
  requestId: string,
  { at, slot }: Change,
): Promise<Date | undefined> {
  return slot === undefined ? (at ?? runtime.now()) : await findNextSlot(runtime, person, slot, requestId);
}
