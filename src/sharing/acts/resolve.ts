/** A person says what they see at a network that gave no clear answer: the post is there, or it is not. */
import { and, eq } from "drizzle-orm";
import { handleOf } from "../../connections/connection.ts";
import type { Queryable } from "../../database/open.ts";
import { shareAttempts, socialShares } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { say, type Told } from "../../words/words.ts";
import { anotherKey } from "../delivery/delivery.ts";
import { moveShares } from "../life/move.ts";
import type { Destination, Given } from "../life/transitions.ts";
import { findShare } from "../record/history.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { Share } from "../share.ts";

export type ResolveOutcome =
  | { readonly outcome: "resolved"; readonly requestId: string }
  | { readonly outcome: "refused"; readonly problem: Told; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** "This is the post": accepts the link that the person copied. @throws {Barred} */
export async function confirmPosted(
  runtime: SharingRuntime,
  person: { readonly id: string },
  { shareId, link }: { readonly shareId: string; readonly link: string },
): Promise<ResolveOutcome> {
  return await resolve(runtime, person, shareId, ({ connection }) => {
    const platform = runtime.platforms.availablePlatforms().find(({ name }) => name === connection.platform);
    const post = platform?.readPostLink(connection.account, link);
    if (post === undefined)
      return {
        problem: say("This is not the link of a post of {account}.", {
          account: handleOf(connection.account),
        }),
      };
    const columns = { platformPostId: post.platformPostId ?? null, platformPostUrl: post.url };
    return { is: "confirm", given: { ...columns, postedAt: runtime.now(), updatedAt: runtime.now() } };
  });
}

/** "It isn't there": sends the share again, as if it had never been sent. @throws {Barred} */
export async function shareAnew(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<ResolveOutcome> {
  return await resolve(runtime, person, shareId, ({ remedy, connection }) => {
    if (remedy === "reconnect")
      return {
        problem: say("Reconnect {account} first, then share again.", {
          account: handleOf(connection.account),
        }),
      };
    return { is: "sendAnew", given: { remembered: anotherKey(), updatedAt: runtime.now() } };
  });
}

type Word =
  | { readonly is: "confirm"; readonly given: Given<"confirm"> }
  | { readonly is: "sendAnew"; readonly given: Given<"sendAnew"> }
  /** Why it is not accepted. */
  | { readonly problem: Told };

/** Moves the share only while it is unconfirmed, so that a second click changes nothing. */
async function resolve(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
  weigh: (share: Share) => Word,
): Promise<ResolveOutcome> {
  return await actAs(runtime, person, async (transaction): Promise<ResolveOutcome> => {
    await transaction
      .select({ id: socialShares.id })
      .from(socialShares)
      .where(and(eq(socialShares.id, shareId), eq(socialShares.userId, person.id)))
      .for("no key update");
    const share = await findShare({ ...runtime, database: transaction }, person, shareId);
    if (share === undefined) return { outcome: "not-found" };
    const { requestId } = share;
    if (share.status !== "unconfirmed")
      return { outcome: "refused", requestId, problem: say("The result of this share is already known.") };
    const word = weigh(share);
    if ("problem" in word) return { outcome: "refused", requestId, problem: word.problem };
    await record(runtime, transaction, shareId, word);
    return { outcome: "resolved", requestId };
  });
}

async function record(
  runtime: SharingRuntime,
  transaction: Queryable,
  shareId: string,
  word: Exclude<Word, { problem: Told }>,
): Promise<void> {
  const at = runtime.now();
  const which = eq(socialShares.id, shareId);
  const result: Destination<"confirm" | "sendAnew"> = word.is === "confirm" ? "posted" : "queued";
  if (word.is === "confirm") await moveShares(runtime, transaction, word.is, { which, given: word.given });
  else await moveShares(runtime, transaction, word.is, { which, given: word.given });
  await transaction
    .insert(shareAttempts)
    .values({ shareId, action: "confirm", result, startedAt: at, endedAt: at });
}
