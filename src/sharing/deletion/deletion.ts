/**
 * Deletes a post at its network, in as many tries as it needs. Deleting is safe to repeat, because a post that is gone counts as
 * deleted. So the next try tells what became of an earlier one, even if its worker died.
 */

import { withTokens } from "../../connections/tokens.ts";
import { asTask } from "../../net/task.ts";
import { say } from "../../words/words.ts";
import { leaveDeletionToOthers } from "../claims/leave-to-others.ts";
import { tellTry } from "../delivery/tell-try.ts";
import type { SharingRuntime } from "../runtime.ts";
import { judge, platformOf, tryLater } from "./judge.ts";
import { type ClaimedDeletion, claimDeletion } from "./lease.ts";
import { type DeletionEnding, settleDeletion } from "./outcome.ts";

/** Takes a deletion one step further. Does nothing if it is over, not due, waits for its person, or is held by another worker. */
export async function continueDeletion(runtime: SharingRuntime, shareId: string): Promise<void> {
  const claimed = await claimDeletion(runtime, shareId);
  if (claimed === undefined) return;
  if (await leaveDeletionToOthers(runtime, claimed)) return;
  const startedAt = runtime.now();
  const { platform: network, id: connectionId } = claimed.connection;
  const attempt = claimed.deletion.tries + 1;
  await asTask({ doing: "deleting", network, shareId, connectionId, attempt }, async () => {
    const ending = await take(runtime, claimed);
    const why = "why" in ending ? { error_code: ending.why.code, http_status: ending.why.status } : {};
    tellTry(runtime, "deletion", ending.to, {
      ...why,
      ...("at" in ending && { next_attempt_at: ending.at }),
    });
    await settleDeletion(runtime, { claimed, startedAt }, ending);
  });
}

async function take(runtime: SharingRuntime, claimed: ClaimedDeletion): Promise<DeletionEnding> {
  const { share, connection } = claimed;
  const platform = platformOf(runtime, claimed);
  if (platform === undefined) {
    const message = say("This network is no longer set up here. Contact the operator of this service.");
    return await tryLater(runtime, claimed, { code: "not-set-up", message, operator: true });
  }
  try {
    await withTokens(runtime, connection, async ({ account }, tokens) => {
      await platform.deletePost?.(account, tokens, share.platformPostId ?? "", share.options);
    });
    return { to: "deleted", as: "deleted" };
  } catch (error) {
    return await judge(runtime, claimed, error);
  }
}
