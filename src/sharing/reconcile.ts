/** A share that may be out there: finds it, finds that it may be sent (again), or leaves the question to the person. */
import { ConnectionGone } from "../connections/tokens.ts";
import { PlatformError } from "../platforms/platform.ts";
import { BACKOFF_SECONDS, type Delivery, look, lookLater, settleSeconds } from "./delivery.ts";
import { LeaseLost } from "./lease.ts";
import { type Ending, explain } from "./outcome.ts";
import type { SharingRuntime } from "./runtime.ts";

/** How often a share may be sent when its network cannot tell repeats apart, and when it can. */
const SENDS = { unkeyed: 2, keyed: 4 } as const;

export async function reconcile(runtime: SharingRuntime, delivery: Delivery): Promise<Ending | "send"> {
  const early = notYetFindable(runtime, delivery);
  if (early !== undefined) return early;
  try {
    const found = await look(runtime, delivery);
    if (typeof found === "object") return { to: "posted", result: found };
    return found === "absent" && maySendAgain(runtime, delivery) ? "send" : unconfirmed(found);
  } catch (error) {
    return judgeLooking(runtime, delivery, error);
  }
}

function judgeLooking(runtime: SharingRuntime, delivery: Delivery, error: unknown): Ending {
  if (error instanceof LeaseLost) throw error;
  if (
    error instanceof ConnectionGone ||
    (error instanceof PlatformError && error.kind === "reconnect-needed")
  ) {
    const code = error instanceof PlatformError ? error.code : "disconnected";
    return {
      to: "unconfirmed",
      why: { code, message: `It may have been posted, but we can no longer look. ${error.message}` },
    };
  }
  if (error instanceof PlatformError) {
    const isSpent = delivery.lease.row.attempts >= BACKOFF_SECONDS.length;
    if (error.kind !== "rate-limited" || error.retryAt === undefined || isSpent)
      return lookLater(runtime, delivery, explain(error));
    return { to: "sending", at: error.retryAt, why: explain(error), counts: true };
  }
  runtime.log.error(
    { err: error, shareId: delivery.lease.row.id },
    "looking for a share failed unexpectedly",
  );
  return lookLater(runtime, delivery, { code: "unexpected", message: "Something went wrong on our side." });
}

/** Right after a crash a post may not show yet; until it would, "not there" means nothing. */
function notYetFindable(runtime: SharingRuntime, { lease: { row }, platform }: Delivery): Ending | undefined {
  const at = new Date((row.sentAt?.getTime() ?? 0) + settleSeconds(runtime, platform) * 1_000);
  if (at <= runtime.now()) return undefined;
  const message = "The network gave no clear answer. We are checking whether the post is there.";
  return { to: "sending", at, why: { code: "checking", message }, counts: false };
}

/** Only what the network shows not to be there: not every server keeps our key, so that a guess could post twice. */
function maySendAgain(runtime: SharingRuntime, { lease: { row }, platform }: Delivery): boolean {
  const keyedMs = platform.about.resendSafeSeconds * 1_000;
  const keyed = row.firstSentAt !== null && runtime.now().getTime() - row.firstSentAt.getTime() < keyedMs;
  return row.sends < (keyed ? SENDS.keyed : SENDS.unkeyed);
}

function unconfirmed(found: "absent" | "unknown"): Ending {
  const message =
    found === "absent"
      ? "The network gave no clear answer, and we do not find the post there. Look at your profile before you share it again."
      : "The network gave no clear answer, and cannot tell us whether the post is there. Look at your profile.";
  return { to: "unconfirmed", why: { code: "unconfirmed", message } };
}
