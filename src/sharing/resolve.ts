/** The person says what they saw at a network that gave no clear answer: the post is there, or it is not. */
import { and, eq } from "drizzle-orm";
import { handleOf } from "../connections/connection.ts";
import type { Queryable } from "../database/open.ts";
import { shareAttempts, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { say, type Told } from "../words/words.ts";
import { findShare } from "./history.ts";
import { enqueueDeliveries } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";
import type { Share } from "./share.ts";

export type ResolveOutcome =
  | { readonly outcome: "resolved"; readonly requestId: string }
  | { readonly outcome: "refused"; readonly problem: Told; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** "It is there": takes the person's word, and the link that they copied. */
export async function confirmPosted(
  runtime: SharingRuntime,
  person: { readonly id: string },
  { shareId, link }: { readonly shareId: string; readonly link: string },
): Promise<ResolveOutcome> {
  const share = await findShare(runtime, person, shareId);
  if (share === undefined) return { outcome: "not-found" };
  const { requestId, connection } = share;
  const platform = runtime.platforms.availablePlatforms().find(({ name }) => name === connection.platform);
  const post = platform?.readPostLink(connection.account, link);
  if (post === undefined) {
    const problem = say("This is not the link of a post of {account}.", {
      account: handleOf(connection.account),
    });
    return { outcome: "refused", requestId, problem };
  }
  return await resolve(runtime, person, share, async (transaction) => {
    const columns = { platformPostId: post.platformPostId ?? null, platformPostUrl: post.url };
    const changes = { ...columns, status: "posted" as const, postedAt: runtime.now() };
    return await leaveDoubt(runtime, transaction, shareId, changes);
  });
}

/** "It is not there": sends it once more, as if it had never been sent. */
export async function shareAnew(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<ResolveOutcome> {
  const share = await findShare(runtime, person, shareId);
  if (share === undefined) return { outcome: "not-found" };
  const { requestId, connection } = share;
  if (share.remedy === "reconnect") {
    const problem = say("Reconnect {account} first, then share again.", {
      account: handleOf(connection.account),
    });
    return { outcome: "refused", requestId, problem };
  }
  return await resolve(runtime, person, share, async (transaction) => {
    // What was prepared there may be used up: the next try prepares it anew.
    const fresh = { firstSentAt: null, sentAt: null, sends: 0, attempts: 0, remembered: {} };
    const isMine = await leaveDoubt(runtime, transaction, shareId, { ...fresh, status: "queued" });
    if (isMine) await enqueueDeliveries(runtime, transaction, [shareId]);
    return isMine;
  });
}

type Changes = Partial<typeof socialShares.$inferInsert>;

/** Only from the state that the person saw: a second click changes nothing. */
async function leaveDoubt(
  runtime: SharingRuntime,
  transaction: Queryable,
  shareId: string,
  changes: Changes,
): Promise<boolean> {
  const changed = await transaction
    .update(socialShares)
    .set({
      ...changes,
      errorCode: null,
      errorMessage: null,
      errorTold: null,
      nextAttemptAt: null,
      tellAt: null,
      updatedAt: runtime.now(),
    })
    .where(and(eq(socialShares.id, shareId), eq(socialShares.status, "unconfirmed")))
    .returning({ id: socialShares.id });
  return changed.length > 0;
}

async function resolve(
  runtime: SharingRuntime,
  person: { readonly id: string },
  share: Share,
  change: (transaction: Queryable) => Promise<boolean>,
): Promise<ResolveOutcome> {
  const { id: shareId, requestId } = share;
  if (share.status !== "unconfirmed")
    return { outcome: "refused", requestId, problem: say("It is known by now what became of this share.") };
  await runtime.database.transaction(async (transaction) => {
    if (!(await change(transaction))) return;
    const at = runtime.now();
    const [after] = await transaction
      .select({ status: socialShares.status })
      .from(socialShares)
      .where(eq(socialShares.id, shareId));
    await transaction.insert(shareAttempts).values({
      shareId,
      action: "confirm",
      result: after?.status ?? "",
      startedAt: at,
      endedAt: at,
    });
    await recordEvent(transaction, { userId: person.id, action: "share.resolved", subject: shareId });
  });
  return { outcome: "resolved", requestId };
}
