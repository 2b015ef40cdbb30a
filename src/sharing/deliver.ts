/** Delivers one share, and decides what every failure means for the person. */
import { eq } from "drizzle-orm";
import { parsePlatformName } from "../connections/connection.ts";
import { ConnectionGone, withTokens } from "../connections/tokens.ts";
import { shareRequests, socialConnections } from "../database/schema.ts";
import { PlatformError, type ShareResult, type SocialPlatform } from "../platforms/platform.ts";
import { noteBudgets, takeBudget } from "./budgets.ts";
import { BACKOFF_SECONDS, type Delivery, look, lookLater, toPost } from "./delivery.ts";
import { claim, type Lease, LeaseLost } from "./lease.ts";
import { type Ending, type Explanation, explain, settle } from "./outcome.ts";
import { reconcile } from "./reconcile.ts";
import type { SharingRuntime } from "./runtime.ts";

/** How long a share may wait for a network's rate limit. */
const PATIENCE_MS = 86_400_000;

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
    const { platform, broken } = await findTarget(runtime, lease);
    if (platform === undefined) return await settle(runtime, { lease, action, startedAt }, notSetUp(lease));
    // It waits for the person: asking the network with a dead grant would only tell the same again.
    if (broken !== undefined && action === "share")
      return await settle(runtime, { lease, action, startedAt }, { to: "reconnect", why: broken });
    const delivery = { lease, platform };
    const found = action === "reconcile" ? await reconcile(runtime, delivery) : "send";
    if (found !== "send") return await settle(runtime, { lease, action, startedAt }, found);
    await settle(runtime, { lease, action: "share", startedAt }, await send(runtime, delivery));
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

async function findTarget(runtime: SharingRuntime, { row }: Lease): Promise<Target> {
  const [connection] = await runtime.database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, row.connectionId));
  const name = connection && parsePlatformName(connection.platform);
  const platform = runtime.platforms.availablePlatforms().find((candidate) => candidate.name === name);
  const isBroken = connection?.status === "reconnect" && connection.revokedAt === null;
  if (!isBroken) return { platform, broken: undefined };
  const message =
    connection.errorMessage ?? "The network no longer lets us post here. Reconnect the account.";
  return { platform, broken: { code: connection.errorCode ?? "reconnect", message } };
}

function notSetUp({ row }: Lease): Ending {
  const why = {
    code: "not-set-up",
    message: "This network is no longer set up here: ask the operator of this service.",
    operator: true,
  };
  return row.status === "sending" ? { to: "unconfirmed", why } : { to: "failed", why };
}

async function send(runtime: SharingRuntime, delivery: Delivery): Promise<Ending> {
  const { lease, platform } = delivery;
  const poster = { platform: platform.name, connectionId: lease.row.connectionId };
  const spentUntil = await takeBudget(runtime, poster);
  if (spentUntil !== undefined) return await waitForLimit(runtime, lease, spent(platform, spentUntil));
  let fenced = false;
  const post = await toPost(runtime, lease, async (remember) => {
    await lease.passFence(remember);
    fenced = true;
  });
  try {
    const result = await withTokens(runtime, lease.row.connectionId, (connection, tokens) => {
      fenced = false;
      return platform.shareLink(connection.account, tokens, post);
    });
    await noteBudgets(runtime, poster, result.budgets ?? []);
    return { to: "posted", result };
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    if (error instanceof ConnectionGone)
      return { to: "cancelled", why: { code: "disconnected", message: error.message } };
    if (error instanceof PlatformError) return await judge(runtime, delivery, error);
    runtime.log.error({ err: error, shareId: lease.row.id }, "a delivery failed unexpectedly");
    const why = { code: "unexpected", message: "Something went wrong on our side." };
    return fenced ? lookLater(runtime, delivery, why) : tryLater(runtime, lease, why);
  }
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
      await noteLimit(runtime, delivery, error);
      return await waitForLimit(runtime, lease, error);
    case "transient":
      return tryLater(runtime, lease, why);
    case "ambiguous":
      return lookLater(runtime, delivery, why);
    case "duplicate":
      // After an unsure send, "I have this already" says that it went through.
      if (lease.row.firstSentAt !== null)
        return { to: "posted", result: await findDuplicate(runtime, delivery, error) };
      return { to: "duplicate", why, existing: error.existing };
  }
}

/** Known to be refused: the network is not even asked. */
function spent({ about }: SocialPlatform, retryAt: Date): PlatformError {
  const message = `${about.label} takes no more posts for now. We wait as long as it asks.`;
  return new PlatformError("rate-limited", { code: "limit-reached", message, retryAt });
}

/** The other shares of the account, or of all accounts, need not ask. */
async function noteLimit(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
  error: PlatformError,
): Promise<void> {
  if (error.retryAt === undefined) return;
  const poster = { platform: platform.name, connectionId: lease.row.connectionId };
  const of = error.wholeApp ? "app" : "account";
  await noteBudgets(runtime, poster, [{ of, span: "refusal", remaining: 0, resetsAt: error.retryAt }]);
}

async function waitForLimit(runtime: SharingRuntime, { row }: Lease, error: PlatformError): Promise<Ending> {
  const why = explain(error);
  const at = error.retryAt ?? new Date(runtime.now().getTime() + 60_000);
  const [request] = await runtime.database
    .select({ scheduledAt: shareRequests.scheduledAt })
    .from(shareRequests)
    .where(eq(shareRequests.id, row.shareRequestId));
  const dueAt = request?.scheduledAt ?? row.createdAt;
  if (at.getTime() - dueAt.getTime() > PATIENCE_MS) return { to: "failed", why };
  return { ...resume(row), at: withJitter(at, 5_000), why, counts: false };
}

function tryLater(runtime: SharingRuntime, { row }: Lease, why: Explanation): Ending {
  const seconds = BACKOFF_SECONDS[row.attempts];
  if (seconds === undefined) return { to: "failed", why };
  const at = withJitter(new Date(runtime.now().getTime() + seconds * 1_000), seconds * 300);
  return { ...resume(row), at, why, counts: true };
}

/** After a refusal: sent again when its time comes, but looked for first where an earlier try left a doubt. */
function resume({ firstSentAt }: Lease["row"]): { to: "queued" } | { to: "sending"; refused: true } {
  return firstSentAt === null ? { to: "queued" } : { to: "sending", refused: true };
}

function withJitter(at: Date, spreadMs: number): Date {
  return new Date(at.getTime() + Math.random() * spreadMs);
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
