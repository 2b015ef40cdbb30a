/** Handles a share that may be posted: finds the post, decides that the share may be sent again, or leaves the question to its person. */
import { toConnection } from "../../connections/connection.ts";
import { ConnectionGone } from "../../connections/keys/connection-gone.ts";
import { PlatformError } from "../../platforms/platform.ts";
import { part, say, type Told } from "../../words/words.ts";
import { LeaseLost } from "../claims/lease.ts";
import type { SharingRuntime } from "../runtime.ts";
import { type Delivery, look, lookLater, lookTimes, PATIENCE_MS, withJitter } from "./delivery.ts";
import { LOOKING_SINCE, maySendAfterLooking, RESTORED } from "./doubt.ts";
import { type Ending, explain } from "./outcome.ts";

/** How often a share may be sent if its network cannot recognise repeats, and if it can. */
const SENDS = { unkeyed: 2, keyed: 4 } as const;

/** Searches that waited for the same moment are spread over this time. */
const JITTER_MS = 5_000;

/** Looks for the post. @returns "send" if it is not there; "send in doubt" if it may be there, and the network will name it if it gets the share again */
export async function reconcile(
  runtime: SharingRuntime,
  delivery: Delivery,
): Promise<Ending | "send" | "send in doubt"> {
  const next = nextLook(runtime, delivery);
  if (next !== undefined && isTooEarly(runtime, delivery)) return lookAgain(runtime, delivery, next);
  try {
    const found = await look(runtime, delivery);
    if (typeof found === "object") return { to: "posted", result: found };
    // The list may show the post later.
    if (next !== undefined) return lookAgain(runtime, delivery, next);
    if (!maySendAgain(runtime, delivery, found)) return unconfirmed(delivery, found);
    return found === "absent" ? "send" : "send in doubt";
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
      withdrawn: error instanceof ConnectionGone,
      why: {
        code,
        message: say("It may have been posted, but we can no longer check. {message}", {
          message: part(error.told),
        }),
      },
    };
  }
  if (error instanceof PlatformError) {
    const sentAt = delivery.lease.row.sentAt?.getTime() ?? 0;
    const isWorthWaiting =
      error.kind === "rate-limited" &&
      error.retryAt !== undefined &&
      error.retryAt.getTime() - sentAt <= PATIENCE_MS;
    if (!isWorthWaiting) return lookLater(runtime, delivery, explain(error));
    return { to: "sending", at: withJitter(error.retryAt, JITTER_MS), why: explain(error), counts: false };
  }
  runtime.log.error(
    { err: error, shareId: delivery.lease.row.id },
    "looking for a share failed unexpectedly",
  );
  return lookLater(runtime, delivery, {
    code: "unexpected",
    message: say("Something went wrong on our side."),
  });
}

/**
 * Right after a doubtful answer a post may not show yet, so "not there" means nothing before the last look.
 * @returns when to look next; undefined if no look is left
 */
function nextLook(runtime: SharingRuntime, { lease, platform }: Delivery): Date | undefined {
  const sentAt = countedFrom(runtime, lease.row.sentAt);
  return lookTimes(runtime, platform, toConnection(lease.connection).account)
    .map((seconds) => new Date(sentAt + seconds * 1_000))
    .find((at) => at > runtime.now());
}

function isTooEarly(runtime: SharingRuntime, { lease, platform }: Delivery): boolean {
  const [first = 0] = lookTimes(runtime, platform, toConnection(lease.connection).account);
  return countedFrom(runtime, lease.row.sentAt) + first * 1_000 > runtime.now().getTime();
}

/** If the clock jumped ahead since the send, nobody knows how much time passed, so the waits start over. */
function countedFrom({ steppedAt }: SharingRuntime, sentAt: Date | null): number {
  return Math.max(sentAt?.getTime() ?? 0, steppedAt()?.getTime() ?? 0);
}

/** A wait from this length on is noticed, and gets a fuller explanation. */
const NOTICED_MS = 20_000;

function lookAgain({ now }: SharingRuntime, { lease: { row } }: Delivery, at: Date): Ending {
  if (row.lookSince !== null)
    return { to: "sending", at, why: { code: RESTORED, message: LOOKING_SINCE }, counts: false };
  const message =
    at.getTime() - now().getTime() < NOTICED_MS
      ? say("The network gave no clear answer. We are checking whether the post is there.")
      : say(
          "The network gave no clear answer and may still be working on it. We look for the post for a few minutes before sending it again, so that it is not posted twice.",
        );
  return { to: "sending", at, why: { code: "checking", message }, counts: false };
}

/**
 * A share may be sent again only if the network shows that it is not there, because not every server keeps our key; or if the network
 * would refuse a repeat and name the first post.
 */
function maySendAgain(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
  found: "absent" | "unknown",
): boolean {
  const { row, connection } = lease;
  if (row.withdrawn) return false;
  if (row.lookSince !== null) return maySendAfterLooking(lease, found);
  const { account } = toConnection(connection);
  const { resendSafeSeconds, repeatNamesFirstSeconds = 0 } = platform.repeatRule(account);
  const ageSeconds = (runtime.now().getTime() - (row.firstSentAt?.getTime() ?? 0)) / 1_000;
  if (found === "unknown" && ageSeconds >= repeatNamesFirstSeconds) return false;
  return row.sends < (ageSeconds < resendSafeSeconds ? SENDS.keyed : SENDS.unkeyed);
}

function unconfirmed({ lease: { row } }: Delivery, found: "absent" | "unknown"): Ending {
  if (row.lookSince !== null)
    return { to: "unconfirmed", why: { code: RESTORED, message: unsureSince(found) } };
  const message =
    found === "absent"
      ? say(
          "The network gave no clear answer, and we cannot find the post there. Check your profile before you share it again.",
        )
      : say(
          "The network gave no clear answer, and cannot tell us whether the post is there. Check your profile.",
        );
  return { to: "unconfirmed", why: { code: "unconfirmed", message } };
}

function unsureSince(found: "absent" | "unknown"): Told {
  return found === "absent"
    ? say(
        "Sharewell was restored to a state from more than a day earlier. We cannot find this post on the network. Check your profile before you share it again.",
      )
    : say(
        "Sharewell was restored to an earlier state, and the network cannot tell us whether this has been posted since. Check your profile.",
      );
}
