/** Delivers one share. `judge.ts` decides what a failure means for the person. */
import { parsePlatformName } from "../../connections/connection.ts";
import { ConnectionGone } from "../../connections/keys/connection-gone.ts";
import { withTokens } from "../../connections/tokens.ts";
import { readTold } from "../../connections/told.ts";
import { asTask } from "../../net/task.ts";
import { inSpan } from "../../net/tracing.ts";
import { PlatformError, type Post, type SocialPlatform } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import { claim, type Lease, LeaseLost } from "../claims/lease.ts";
import { leaveToOthers } from "../claims/leave-to-others.ts";
import { loadPictures } from "../pictures/attach.ts";
import type { SharingRuntime } from "../runtime.ts";
import { giveBack, noteBudgets, takeBudget } from "./budgets.ts";
import { type Delivery, lookLater, toPost } from "./delivery.ts";
import { gone, judge, keepDoubt, tryLater } from "./judge.ts";
import { spent, waitForLimit } from "./limited.ts";
import type { Ending, Explanation, Try } from "./outcome.ts";
import { reconcile } from "./reconcile.ts";
import { settle } from "./settle.ts";

/**
 * Takes the share one step further: sends it, or looks for it if it may be out already. Does nothing if it is settled, not due, or held
 * by another worker.
 */
export async function deliver(runtime: SharingRuntime, shareId: string): Promise<void> {
  // The time is right from here on: a machine that sleeps later loses the lease meanwhile.
  await runtime.catchUp();
  // Taken before the account is read: this try does not know of later changes to the account.
  const startedAt = runtime.now();
  const lease = await claim(runtime, shareId);
  if (lease === undefined) return;
  const action = lease.row.status === "sending" ? "reconcile" : "share";
  const { platform: network, id: connectionId } = lease.connection;
  const task = { doing: "sharing", network, shareId, connectionId, attempt: lease.row.attempts + 1 } as const;
  return await asTask(task, () =>
    inSpan("delivery", { ...task }, () => work(runtime, lease, { action, startedAt })),
  );
}

async function work(
  runtime: SharingRuntime,
  lease: Lease,
  { action, startedAt }: Pick<Try, "action" | "startedAt">,
): Promise<void> {
  try {
    if (await leaveToOthers(runtime, lease)) return;
    const { platform, broken } = findTarget(runtime, lease);
    if (platform === undefined) return await settle(runtime, { lease, action, startedAt }, notSetUp(lease));
    // It waits for the person: with a dead grant, the network would only refuse again.
    if (broken !== undefined && action === "share")
      return await settle(runtime, { lease, action, startedAt }, { to: "reconnect", why: broken });
    const delivery = { lease, platform };
    const found = action === "reconcile" ? await reconcile(runtime, delivery) : "send";
    if (typeof found === "object") return await settle(runtime, { lease, action, startedAt }, found);
    const ending = await send(runtime, delivery);
    const told = found === "send" ? ending : keepDoubt(ending);
    await settle(runtime, { lease, action: "share", startedAt }, told);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    await lease.giveUp();
    runtime.log.info({ shareId: lease.row.id }, "left a share that was taken over or ended");
  } finally {
    lease.end();
  }
}

interface Target {
  readonly platform: SocialPlatform | undefined;
  /** Why the account must be reconnected first. */
  readonly broken: Explanation | undefined;
}

function findTarget(runtime: SharingRuntime, { connection }: Lease): Target {
  const name = parsePlatformName(connection.platform);
  const platform = runtime.platforms.availablePlatforms().find((candidate) => candidate.name === name);
  const isBroken = connection.status === "reconnect" && connection.revokedAt === null;
  if (!isBroken) return { platform, broken: undefined };
  const message =
    readTold(connection) ?? say("The network no longer lets us post here. Reconnect the account.");
  return { platform, broken: { code: connection.errorCode ?? "reconnect", message } };
}

function notSetUp({ row }: Lease): Ending {
  const why = {
    code: "not-set-up",
    message: say("This network is no longer set up here. Contact the operator of this service."),
    operator: true,
  };
  return row.status === "sending" ? { to: "unconfirmed", why } : { to: "failed", why };
}

async function send(runtime: SharingRuntime, delivery: Delivery): Promise<Ending> {
  const { lease, platform } = delivery;
  const poster = { platform: platform.name, connectionId: lease.row.connectionId };
  const taken = lease.isLimited ? await takeBudget(runtime, poster) : [];
  if ("spentUntil" in taken) return await waitForLimit(runtime, lease, spent(platform, taken.spentUntil));
  let mayBeOut = false;
  const passFence: Post["beforePublish"] = async (remember) => {
    const permit = await lease.passFence(remember);
    return () => {
      // Runs as the request leaves. If the permit is refused, the request has not left.
      mayBeOut = false;
      permit();
      mayBeOut = true;
    };
  };
  try {
    const post = toPost(runtime, lease, passFence, { pictures: await loadPictures(runtime, lease.request) });
    // The search took time, and may have renewed the tokens: read the row again.
    const target = lease.row.status === "sending" ? lease.connection.id : lease.connection;
    const result = await withTokens(runtime, target, (connection, tokens) => {
      mayBeOut = false;
      return platform.shareLink(connection.account, tokens, post);
    });
    await count(runtime, lease, noteBudgets(runtime, poster, result.budgets ?? []));
    return { to: "posted", result };
  } catch (error) {
    if (!mayBeOut) await count(runtime, lease, giveBack(runtime, taken));
    if (error instanceof LeaseLost) throw error;
    if (error instanceof ConnectionGone) return gone(lease, error);
    if (error instanceof PlatformError) return await judge(runtime, delivery, error);
    runtime.log.error({ err: error, shareId: lease.row.id }, "a delivery failed unexpectedly");
    const why = { code: "unexpected", message: say("Something went wrong on our side.") };
    return mayBeOut ? lookLater(runtime, delivery, why) : tryLater(runtime, lease, why, undefined);
  }
}

/** Waits for a budget to be counted. The outcome of the share is recorded even if that fails. */
async function count(runtime: SharingRuntime, { row }: Lease, counting: Promise<void>): Promise<void> {
  await counting.catch((error: unknown) =>
    runtime.log.warn({ err: error, shareId: row.id }, "a rate budget could not be kept"),
  );
}
