/** Ends our leases early, so that other workers go on with the shares at once. */
import { and, inArray } from "drizzle-orm";
import { lockShares } from "../../database/locks.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { socialShares } from "../../database/schema.ts";
import { updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";

/** Ends those of the leases that are still ours. @returns how many there were */
export async function giveUp(
  { database, now }: Pick<SharingRuntime, "database" | "now">,
  held: readonly (readonly [shareId: string, leaseId: string])[],
): Promise<number> {
  const ids = held.map(([id]) => id);
  const leases = held.map(([, lease]) => lease);
  return await transactRepeatedly(database, async (transaction) => {
    const ours = await lockShares(
      transaction,
      and(
        inArray(socialShares.id, ids),
        inArray(socialShares.leaseId, leases),
        inArray(socialShares.status, ["queued", "sending"]),
      ),
    );
    const released = { leaseId: null, leaseUntil: null, nextAttemptAt: now() };
    await updateInPlace(transaction, released).where(inArray(socialShares.id, ours));
    return ours.length;
  });
}
