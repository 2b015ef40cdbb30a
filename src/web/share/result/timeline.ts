/** The timeline of one share: what happened when. */
import type { Attempt } from "../../../sharing/record/attempts.ts";
import type { Share } from "../../../sharing/share.ts";
import { say, type Told } from "../../../words/words.ts";

interface TimelineEntry {
  readonly at: Date;
  readonly text: Told;
  readonly problem?: Told | undefined;
  /** Technical details, for example "HTTP 503, server-trouble, 1.2 sec". */
  readonly technical?: string | undefined;
}

/** Returns all events of a share in order of time. @param locale for durations, for example "de-AT" */
export function listEvents(share: Share, attempts: readonly Attempt[], locale: string): TimelineEntry[] {
  const asked = {
    at: share.createdAt,
    text: share.scheduledAt ? say("You scheduled it.") : say("You shared it."),
  };
  const { status, scheduledAt, cancelledAt } = share;
  const wasDue = scheduledAt && status !== "scheduled" && !(cancelledAt && cancelledAt < scheduledAt);
  const due = wasDue ? scheduledAt : undefined;
  return [
    asked,
    ...(due ? [{ at: due, text: say("It was due.") }] : []),
    ...(share.cancelledAt && share.problem === undefined
      ? [{ at: share.cancelledAt, text: say("You cancelled it.") }]
      : []),
    ...attempts.map((attempt) => ({
      at: attempt.startedAt,
      text: tellAttempt(attempt),
      problem: attempt.problem,
      technical: describeTechnically(attempt, locale),
    })),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

const results: Readonly<Record<Attempt["action"], Readonly<Record<string, Told>>>> = {
  share: {
    posted: say("Sent: the network posted it."),
    duplicate: say("Sent: the network already has this post."),
    rejected: say("Sent: the network refused it."),
    reconnect: say("Not sent: the account needs reconnecting."),
    failed: say("Not posted. We stopped trying."),
    cancelled: say("Not sent: the account was disconnected."),
    queued: say("Not posted yet. We will try again."),
    sending: say("Sent, but the answer was unclear. We will check."),
    unconfirmed: say("Sent, but the answer was unclear."),
  },
  reconcile: {
    posted: say("Checked: it is there."),
    sending: say("Checked: can’t tell yet."),
    queued: say("Checked: not there, so it will be sent again."),
    unconfirmed: say("Checked: not confirmed."),
  },
  delete: {
    deleted: say("Deleted from the network."),
    gone: say("Checked: it is gone."),
    waiting: say("Asked the network to delete it. It has not confirmed yet; we will ask again."),
    reconnect: say("Not deleted yet: the account needs reconnecting."),
    unclear: say("Asked the network to delete it. The answer was unclear."),
    "given-up": say("You stopped waiting for the deletion."),
  },
  confirm: {
    posted: say("You said it is there."),
    queued: say("You said it isn’t there, so it will be sent again."),
  },
};

function tellAttempt({ action, result }: Attempt): Told {
  const known = results[action][result];
  if (known !== undefined) return known;
  return {
    share: say("Not posted."),
    reconcile: say("Checked."),
    delete: say("Not deleted."),
    confirm: say("You checked."),
  }[action];
}

function describeTechnically(
  { action, result, httpStatus, problemCode, startedAt, endedAt }: Attempt,
  locale: string,
): string | undefined {
  if (action === "confirm" || result === "given-up") return undefined;
  const took = (endedAt.getTime() - startedAt.getTime()) / 1_000;
  const seconds = took.toLocaleString(locale, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  const parts = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, problemCode, seconds];
  return parts.filter((part) => part !== undefined).join(", ");
}
