/** A person tries again: sends what failed, or has an unconfirmed share looked for once more. */
import { and, eq } from "drizzle-orm";
import { handleOf } from "../connections/connection.ts";
import { socialShares } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { say, type Told } from "../words/words.ts";
import { getShareRequest } from "./history.ts";
import { enqueueDeliveries } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";

export type RetryOutcome =
  /** Its network, where it is only looked for there. */
  | { readonly outcome: "retrying"; readonly requestId: string; readonly looksOn: PlatformName | undefined }
  | { readonly outcome: "refused"; readonly problem: Told; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** Only from the state that the person saw: a second click finds the share on its way and changes nothing. */
export async function retryShare(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<RetryOutcome> {
  const [row] = await runtime.database.select().from(socialShares).where(eq(socialShares.id, shareId));
  const request = row && (await getShareRequest(runtime, person, row.shareRequestId));
  const share = request?.shares.find(({ id }) => id === shareId);
  if (row === undefined || share === undefined) return { outcome: "not-found" };
  const { requestId, remedy } = share;
  if (remedy === "reconnect") {
    return {
      outcome: "refused",
      requestId,
      problem: say("Reconnect {account} first, then try again.", {
        account: handleOf(share.connection.account),
      }),
    };
  }
  if (remedy !== "retry" && remedy !== "check")
    return { outcome: "refused", requestId, problem: say("There is nothing to try again here.") };
  await runtime.database.transaction(async (transaction) => {
    const changed = await transaction
      .update(socialShares)
      .set({
        // What may be out there is looked for before it is sent.
        status: remedy === "check" || row.firstSentAt !== null ? "sending" : "queued",
        attempts: 0,
        errorCode: null,
        errorMessage: null,
        errorTold: null,
        operatorFault: false,
        nextAttemptAt: null,
        tellAt: null,
        updatedAt: runtime.now(),
      })
      .where(and(eq(socialShares.id, shareId), eq(socialShares.status, share.status)))
      .returning({ id: socialShares.id });
    if (changed.length > 0) await enqueueDeliveries(runtime, transaction, [shareId]);
  });
  const looksOn = remedy === "check" ? share.connection.platform : undefined;
  return { outcome: "retrying", requestId, looksOn };
}
