/** Decides what the failure of a send means for the person. */
import type { ConnectionGone } from "../../connections/keys/connection-gone.ts";
import type { PlatformError } from "../../platforms/platform.ts";
import { part, say } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import type { SharingRuntime } from "../runtime.ts";
import { BACKOFF_SECONDS, type Delivery, look, lookLater, SPREAD_MS, withJitter } from "./delivery.ts";
import { resume, waitOut } from "./limited.ts";
import { findOthers, findTwin } from "./others.ts";
import { type Ending, type Explanation, explain } from "./outcome.ts";

/** Decides what a failed send means. The switch is exhaustive by type: a new kind of error does not compile until it is handled here. */
export async function judge(
  runtime: SharingRuntime,
  delivery: Delivery,
  error: PlatformError,
): Promise<Ending> {
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
      return lease.row.firstSentAt === null
        ? { to: "duplicate", why, existing: error.existing }
        : await judgeRepeat(runtime, delivery, error);
  }
}

/** Returns the next try after a failure that certainly posted nothing; after the last, the share has failed. */
export function tryLater(
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

/** After a doubtful send, "I have this already" means that it was posted, unless the network means the post of another share. */
async function judgeRepeat(
  runtime: SharingRuntime,
  delivery: Delivery,
  error: PlatformError,
): Promise<Ending> {
  const { row } = delivery.lease;
  const { existing } = error;
  if (existing !== undefined) {
    const others = await findOthers(runtime.database, row);
    const isAnothers = others?.posts.some(({ platformPostId: id }) => id === existing.platformPostId);
    return isAnothers
      ? { to: "duplicate", why: explain(error), existing }
      : { to: "posted", result: existing };
  }
  const found = await look(runtime, delivery).catch(() => "unknown" as const);
  if (typeof found === "object") return { to: "posted", result: found };
  const twin = await findTwin(runtime.database, row);
  return twin === undefined
    ? { to: "posted", result: {} }
    : { to: "duplicate", why: explain(error), ...twin };
}

/** The account was disconnected. A share that an earlier try may have posted is not called cancelled. */
export function gone({ row }: Lease, { told: message }: ConnectionGone): Ending {
  const why = { code: "disconnected", message };
  return row.firstSentAt === null
    ? { to: "cancelled", why }
    : { to: "unconfirmed", why: doubt(why), withdrawn: true };
}

/** That a repeat failed says nothing about the try before it. */
export function keepDoubt(ending: Ending): Ending {
  const isOver = ["rejected", "failed", "reconnect", "cancelled"].includes(ending.to);
  return isOver && "why" in ending ? { to: "unconfirmed", why: doubt(ending.why) } : ending;
}

function doubt(why: Explanation): Explanation {
  const message = say("{message} An earlier attempt may have posted it. Check your profile.", {
    message: part(why.message),
  });
  return { ...why, message };
}
