/** Decides what the failure of a deletion means for the person: another try later, or the end. */
import { parsePlatformName, toConnection } from "../../connections/connection.ts";
import { ConnectionGone } from "../../connections/keys/connection-gone.ts";
import { withTokens } from "../../connections/tokens.ts";
import { unsentCodes } from "../../net/no-answer.ts";
import { PlatformError, type PostPresence, type SocialPlatform } from "../../platforms/platform.ts";
import { part, say } from "../../words/words.ts";
import { BACKOFF_SECONDS, lookTimes, SPREAD_MS, withJitter } from "../delivery/delivery.ts";
import { type Explanation, explain } from "../delivery/outcome.ts";
import type { SharingRuntime } from "../runtime.ts";
import { type ClaimedDeletion, isTooOld } from "./lease.ts";
import type { DeletionEnding } from "./outcome.ts";

/** How long to wait if a network does not say until when it limits us. */
const UNTOLD_MS = 60_000;
/** Failures that happen before a network is asked. */
const NEVER_THERE: readonly string[] = [...unsentCodes, "key-elsewhere"];

/** Deletions that waited for the same moment are spread over this time. */
const LIMIT_SPREAD_MS = 5_000;

/** The platform of the post; undefined when its network is not set up. */
export function platformOf(
  runtime: SharingRuntime,
  { connection }: ClaimedDeletion,
): SocialPlatform | undefined {
  const name = parsePlatformName(connection.platform);
  return runtime.platforms.availablePlatforms().find((platform) => platform.name === name);
}

/** Decides what a failure means. The switch is exhaustive by type: a new kind of error does not compile until it is handled here. */
export async function judge(
  runtime: SharingRuntime,
  claimed: ClaimedDeletion,
  error: unknown,
): Promise<DeletionEnding> {
  if (error instanceof ConnectionGone)
    return await conclude(runtime, claimed, { code: "disconnected", message: error.told });
  if (!(error instanceof PlatformError)) {
    runtime.log.error({ err: error, shareId: claimed.share.id }, "a deletion failed unexpectedly");
    const message = say("Something went wrong on our side.");
    return await tryLater(runtime, doubting(claimed), { code: "unexpected", message });
  }
  const why = explain(error);
  const now = runtime.now();
  switch (error.kind) {
    case "transient":
    case "ambiguous":
      // Only a request that never reached the network certainly did nothing there.
      return await tryLater(
        runtime,
        NEVER_THERE.includes(error.code) ? claimed : doubting(claimed),
        why,
        error.retryAt,
      );
    case "rate-limited": {
      const at = error.retryAt ?? new Date(now.getTime() + UNTOLD_MS);
      return await goOn(runtime, claimed, { at: withJitter(at, LIMIT_SPREAD_MS), as: "waiting", why });
    }
    case "reconnect-needed":
      // It goes on as soon as the account is reconnected. Nothing wakes it before.
      return await goOn(runtime, claimed, { at: now, as: "reconnect", why });
    case "declined":
    case "rejected":
    case "duplicate":
      return await conclude(runtime, claimed, why);
  }
}

function doubting(claimed: ClaimedDeletion): ClaimedDeletion {
  return { ...claimed, deletion: { ...claimed.deletion, isDoubtful: true } };
}

/** Tries again after the next pause, or ends the deletion after the last. */
export async function tryLater(
  runtime: SharingRuntime,
  claimed: ClaimedDeletion,
  why: Explanation,
  notBefore?: Date,
): Promise<DeletionEnding> {
  const seconds = BACKOFF_SECONDS[claimed.deletion.tries];
  if (seconds === undefined) return await conclude(runtime, claimed, why);
  const earliest = Math.max(runtime.now().getTime() + seconds * 1_000, notBefore?.getTime() ?? 0);
  const at = withJitter(new Date(earliest), seconds * SPREAD_MS);
  return await goOn(runtime, claimed, { at, as: "waiting", why, counts: true });
}

async function goOn(
  runtime: SharingRuntime,
  claimed: ClaimedDeletion,
  later: Omit<DeletionEnding & { to: "deleting" }, "to" | "isDoubtful">,
): Promise<DeletionEnding> {
  const { deletion } = claimed;
  if (isTooOld(runtime, deletion)) return await conclude(runtime, claimed, later.why);
  return { to: "deleting", isDoubtful: deletion.isDoubtful, ...later };
}

/** Ends the deletion. If an earlier try may have deleted the post, the network is asked whether it is there. */
async function conclude(
  runtime: SharingRuntime,
  claimed: ClaimedDeletion,
  why: Explanation,
): Promise<DeletionEnding> {
  const found = claimed.deletion.isDoubtful ? await look(runtime, claimed) : "there";
  if (found === "gone") return { to: "deleted", as: "gone" };
  const message = part(why.message);
  if (found === "there")
    return {
      to: "failed",
      why: { ...why, message: say("The post was not deleted. {message}", { message }) },
    };
  const doubt = say("{message} The post may still have been deleted. Look there.", { message });
  return { to: "unclear", why: { ...why, message: doubt } };
}

async function look(runtime: SharingRuntime, claimed: ClaimedDeletion): Promise<PostPresence> {
  const { share, connection } = claimed;
  const platform = platformOf(runtime, claimed);
  if (platform === undefined) return "unknown";
  const found = await withTokens(runtime, connection.id, ({ account }, tokens) =>
    platform.findPost(account, tokens, share.platformPostId ?? "", share.options),
  ).catch((error: unknown) => {
    if (!(error instanceof PlatformError) && !(error instanceof ConnectionGone)) throw error;
    return "unknown" as const;
  });
  // A post this new may not show yet.
  const showsAfter = (lookTimes(runtime, platform, toConnection(connection).account).at(-1) ?? 0) * 1_000;
  const isNew = runtime.now().getTime() - (share.postedAt?.getTime() ?? 0) < showsAfter;
  return found === "gone" && isNew ? "unknown" : found;
}
