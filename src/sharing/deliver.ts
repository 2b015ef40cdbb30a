/** Delivers one share, and decides what every failure means for the person. */
import { parsePlatformName } from "../connections/connection.ts";
import { ConnectionGone, withTokens } from "../connections/tokens.ts";
import { readTold } from "../connections/told.ts";
import { PlatformError, type ShareResult, type SocialPlatform } from "../platforms/platform.ts";
import { part, say } from "../words/words.ts";
import { giveBack, noteBudgets, takeBudget } from "./budgets.ts";
import {
  BACKOFF_SECONDS,
  type Delivery,
  look,
  lookLater,
  SPREAD_MS,
  toPost,
  withJitter,
} from "./delivery.ts";
import { claim, type Lease, LeaseLost } from "./lease.ts";
import { resume, spent, waitForLimit, waitOut } from "./limited.ts";
import { type Ending, type Explanation, explain, settle } from "./outcome.ts";
import { reconcile } from "./reconcile.ts";
import type { SharingRuntime } from "./runtime.ts";

/**
 * Takes the share one step on: sends it, or looks for it when it may be out already. Does nothing when it is settled,
 * not due, or in another worker's hands.
 */
export async function deliver(runtime: SharingRuntime, shareId: string): Promise<void> {
  const lease = await claim(runtime, shareId);
  if (lease === undefined) return;
  const startedAt = runtime.now();
  const action = lease.row.status === "sending" ? "reconcile" : "share";
  try {
    const { platform, broken } = findTarget(runtime, lease);
    if (platform === undefined) return await settle(runtime, { lease, action, startedAt }, notSetUp(lease));
    // It waits for the person: asking the network with a dead grant would only tell the same again.
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
    runtime.log.info({ shareId }, "left a share to the worker that took it over");
  } finally {
    lease.end();
  }
}

interface Target {
  readonly platform: SocialPlatform | undefined;
  /** Why the account must be reconnected before anything else. */
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
    message: say("This network is no longer set up here: ask the operator of this service."),
    operator: true,
  };
  return row.status === "sending" ? { to: "unconfirmed", why } : { to: "failed", why };
}

/** That a repeat came to nothing says nothing of the try before. */
function keepDoubt(ending: Ending): Ending {
  const isOver = ["rejected", "failed", "reconnect", "cancelled"].includes(ending.to);
  if (!isOver || !("why" in ending)) return ending;
  const message = say("{message} An earlier try may have posted it: look at your profile.", {
    message: part(ending.why.message),
  });
  return { to: "unconfirmed", why: { ...ending.why, message } };
}

async function send(runtime: SharingRuntime, delivery: Delivery): Promise<Ending> {
  const { lease, platform } = delivery;
  const poster = { platform: platform.name, connectionId: lease.row.connectionId };
  const taken = lease.isLimited ? await takeBudget(runtime, poster) : [];
  if ("spentUntil" in taken) return await waitForLimit(runtime, lease, spent(platform, taken.spentUntil));
  let fenced = false;
  const post = toPost(runtime, lease, async (remember) => {
    await lease.passFence(remember);
    fenced = true;
  });
  try {
    // Looking for it took its time, and perhaps renewed the tokens: read anew after that.
    const target = lease.row.status === "sending" ? lease.connection.id : lease.connection;
    const result = await withTokens(runtime, target, (connection, tokens) => {
      fenced = false;
      return platform.shareLink(connection.account, tokens, post);
    });
    await keepBudgets(runtime, delivery, result);
    return { to: "posted", result };
  } catch (error) {
    if (!fenced) await giveBack(runtime, taken);
    if (error instanceof LeaseLost) throw error;
    if (error instanceof ConnectionGone)
      return { to: "cancelled", why: { code: "disconnected", message: error.message } };
    if (error instanceof PlatformError) return await judge(runtime, delivery, error);
    runtime.log.error({ err: error, shareId: lease.row.id }, "a delivery failed unexpectedly");
    const why = { code: "unexpected", message: say("Something went wrong on our side.") };
    return fenced ? lookLater(runtime, delivery, why) : tryLater(runtime, lease, why, undefined);
  }
}

/** It is posted, whatever becomes of this. */
async function keepBudgets(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
  { budgets = [] }: ShareResult,
): Promise<void> {
  const { id, connectionId } = lease.row;
  await noteBudgets(runtime, { platform: platform.name, connectionId }, budgets).catch((error: unknown) =>
    runtime.log.warn({ err: error, shareId: id }, "a rate budget could not be kept"),
  );
}

/** What a failure of sending means. Exhaustive by type: a new kind does not compile until it is decided here. */
async function judge(runtime: SharingRuntime, delivery: Delivery, error: PlatformError): Promise<Ending> {
  const { lease } = delivery;
  const why = explain(error);
  switch (error.kind) {
    case "declined":
    case "rejected":
      return { to: "rejected", why };
    case "reconnect-needed":
      return { to: "reconnect", why };
    case "rate-limited":
      return await waitOut(runtime, delivery, error);
    case "transient":
      return tryLater(runtime, lease, why, error.retryAt);
    case "ambiguous":
      return lookLater(runtime, delivery, why);
    case "duplicate":
      // After an unsure send, "I have this already" says that it went through.
      if (lease.row.firstSentAt !== null)
        return { to: "posted", result: await findDuplicate(runtime, delivery, error) };
      return { to: "duplicate", why, existing: error.existing };
  }
}

function tryLater(
  runtime: SharingRuntime,
  { row }: Lease,
  why: Explanation,
  notBefore: Date | undefined,
): Ending {
  const seconds = BACKOFF_SECONDS[row.attempts];
  if (seconds === undefined) return { to: "failed", why };
  const earliest = Math.max(runtime.now().getTime() + seconds * 1_000, notBefore?.getTime() ?? 0);
  return { ...resume(row), at: withJitter(new Date(earliest), seconds * SPREAD_MS), why, counts: true };
}

async function findDuplicate(
  runtime: SharingRuntime,
  delivery: Delivery,
  error: PlatformError,
): Promise<Partial<ShareResult>> {
  if (error.existing !== undefined) return error.existing;
  const found = await look(runtime, delivery).catch(() => "unknown" as const);
  return typeof found === "object" ? found : {};
}
