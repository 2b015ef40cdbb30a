/** Goes on with what waited for an account to be reconnected: sends it, or looks for it where it may be out there. */
import { and, gt, inArray, sql } from "drizzle-orm";
import { socialShares } from "../database/schema.ts";
import { enqueueDeliveries } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";

/** What is older goes out only when the person says so: with its Retry. */
const FRESH_MS = 86_400_000;

/** @returns how many shares go on */
export async function releaseShares(
  runtime: SharingRuntime,
  connectionIds: readonly string[],
): Promise<number> {
  if (connectionIds.length === 0) return 0;
  return await runtime.database.transaction(async (transaction) => {
    const released = await transaction
      .update(socialShares)
      .set({
        // What may be out there is looked for before it is sent.
        status: sql`case when ${socialShares.firstSentAt} is null then 'queued' else 'sending' end`,
        attempts: 0,
        errorCode: null,
        errorMessage: null,
        errorTold: null,
        nextAttemptAt: null,
        tellAt: null,
        updatedAt: runtime.now(),
      })
      .where(
        and(
          inArray(socialShares.connectionId, [...connectionIds]),
          inArray(socialShares.status, ["reconnect", "unconfirmed"]),
          gt(socialShares.updatedAt, new Date(runtime.now().getTime() - FRESH_MS)),
        ),
      )
      .returning({ id: socialShares.id });
    const ids = released.map(({ id }) => id);
    await enqueueDeliveries(runtime, transaction, ids);
    return ids.length;
  });
}
