/** A person presses Retry, which sends a failed share again, or Check again, which looks for an unconfirmed one. */
import { and, eq } from "drizzle-orm";
import { handleOf } from "../../connections/connection.ts";
import { isOneOf } from "../../database/locks.ts";
import { socialConnections, socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { say, type Told } from "../../words/words.ts";
import { moveShares } from "../life/move.ts";
import { findShare } from "../record/history.ts";
import { isRetryable } from "../record/tally.ts";
import type { SharingRuntime } from "../runtime.ts";

export type RetryOutcome =
  /** `looksOn`: the network, if the post is only looked for there. */
  | { readonly outcome: "retrying"; readonly requestId: string; readonly looksOn: PlatformName | undefined }
  | { readonly outcome: "refused"; readonly problem: Told; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** Sends a share again or looks for it. A second click changes nothing. @throws {Barred} */
export async function retryShare(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<RetryOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<RetryOutcome> => {
    const [row] = await transaction
      .select()
      .from(socialShares)
      .where(eq(socialShares.id, shareId))
      .for("no key update");
    const share = row && (await findShare({ ...runtime, database: transaction }, person, shareId));
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
      return { outcome: "refused", requestId, problem: say("There is nothing to retry.") };
    await moveShares(runtime, transaction, remedy, {
      which: eq(socialShares.id, shareId),
      given: { updatedAt: runtime.now() },
    });
    const looksOn = remedy === "check" ? share.connection.platform : undefined;
    return { outcome: "retrying", requestId, looksOn };
  });
}

/** Sends all failed shares of a request again. Unconfirmed ones are left to the person, one by one. @throws {Barred} */
export async function retryRequest(
  runtime: SharingRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<void> {
  await actAs(runtime, person, async (transaction) => {
    // Locked in the order of their ids: no worker holds them, but the person may press Retry twice.
    const retryable = await transaction
      .select({ id: socialShares.id })
      .from(socialShares)
      .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
      .where(and(eq(socialShares.shareRequestId, requestId), eq(socialShares.userId, person.id), isRetryable))
      .orderBy(socialShares.id)
      .for("no key update", { of: socialShares });
    if (retryable.length === 0) return;
    const ids = retryable.map(({ id }) => id);
    const which = isOneOf(socialShares.id, ids);
    await moveShares(runtime, transaction, "retry", { which, given: { updatedAt: runtime.now() } });
  });
}
