/** Moves a scheduled request to another time, as it is. */
import { eq } from "drizzle-orm";
import { isOneOf } from "../../database/locks.ts";
import { shareRequests, socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { recordEvent } from "../../people/audit.ts";
import { updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { lockScheduled } from "./lock-scheduled.ts";

/** "too-late": a share of it has begun or is over. */
export type MoveOutcome = "moved" | "too-late" | "not-found";

/** Moves all shares of a request that are scheduled, or none. @param at an accepted moment (`chooseMoment`) @throws {Barred} */
export async function moveScheduled(
  runtime: Pick<SharingRuntime, "database" | "now">,
  person: { readonly id: string },
  requestId: string,
  at: Date,
): Promise<MoveOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<MoveOutcome> => {
    const scheduled = await lockScheduled(transaction, person, requestId);
    if (typeof scheduled === "string") return scheduled;
    await transaction.update(shareRequests).set({ scheduledAt: at }).where(eq(shareRequests.id, requestId));
    const ids = scheduled.map(({ id }) => id);
    await updateInPlace(transaction, { nextAttemptAt: at, updatedAt: runtime.now() }).where(
      isOneOf(socialShares.id, ids),
    );
    await recordEvent(transaction, { userId: person.id, action: "share.changed", subject: requestId });
    return "moved";
  });
}
