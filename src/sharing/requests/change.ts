/** Changes a scheduled request before any of its shares begins. */
import { createHash } from "node:crypto";
import { and, asc, eq, notInArray, sql } from "drizzle-orm";
import type { Selection } from "../../connections/selection.ts";
import type { Queryable } from "../../database/open.ts";
import { shareRequests, socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { recordEvent } from "../../people/audit.ts";
import type { SharingRuntime } from "../runtime.ts";
import { addShares } from "./add-shares.ts";
import { findRequestPage } from "./scheduled.ts";
import type { ShareDraft } from "./submit.ts";
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
  Pick<ShareDraft, "message" | "ownMessages" | "networkMessages" | "ownOptions" | "networkOptions"> & {
    readonly at: Date;
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

/** Changes all of the request or nothing. A share to the same account keeps its id. @throws {Barred} */
export async function changeScheduled(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
  change: Change,
): Promise<ChangeOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<ChangeOutcome> => {
    const isOfRequest = eq(socialShares.shareRequestId, requestId);
    const { id, status, connectionId, options } = socialShares;
    // Locked, so that none of them begins meanwhile.
    const rows = await transaction
      .select({ id, status, connectionId, options })
      .from(socialShares)
      .where(and(isOfRequest, eq(socialShares.userId, person.id)))
      .orderBy(asc(id))
      .for("no key update");
    const page = await findRequestPage({ database: transaction }, person, requestId);
    if (page === undefined) return { outcome: "not-found" };
    const scheduled = rows.filter((row) => row.status === "scheduled");
    const isUntouched = rows.every((row) => row.status === "scheduled" || row.status === "cancelled");
    if (!isUntouched || scheduled.length === 0) return { outcome: "too-late" };
    if ((await versionOf({ database: transaction }, requestId)) !== change.seen)
      return { outcome: "outdated" };
    const draft = { ...change, page };
    const kept = new Map(scheduled.map((row) => [row.connectionId, row.id]));
    const before = new Map(scheduled.map((row) => [row.connectionId, row.options]));
    const waiting = { requestId, options: before };
    const { fits, problems } = await weighDraft(runtime, transaction, person, { ...draft, waiting });
    if (problems.length > 0) return { outcome: "refused", problems };
    await transaction
      .update(shareRequests)
      .set({ message: change.message, scheduledAt: change.at })
      .where(eq(shareRequests.id, requestId));
    const chosen = fits.map(({ connection }) => connection.id);
    await transaction
      .delete(socialShares)
      .where(and(isOfRequest, eq(status, "scheduled"), notInArray(connectionId, chosen)));
    await addShares(runtime, transaction, { requestId, person, draft, fits, kept });
    await recordEvent(transaction, { userId: person.id, action: "share.changed", subject: requestId });
    return { outcome: "changed" };
  });
}
