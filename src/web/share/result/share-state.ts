/** How a share stands: in a word or two, and in a sentence where there is more to say. */
import type { Share } from "../../../sharing/share.ts";
import type { Told, Words } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import type { SignName } from "../../frame/icons.tsx";
import { formatMoment } from "../../frame/time.tsx";

export interface ShareState {
  readonly label: Told;
  readonly sign: SignName;
  readonly tone: "good" | "busy" | "doubt" | "bad" | "over";
  /** Shown where the share has no explanation of its own. */
  readonly fallback?: Told;
}

const byStatus: Readonly<Record<Share["status"], ShareState>> = {
  scheduled: { label: say("Scheduled"), sign: "clock", tone: "busy" },
  queued: { label: say("Waiting"), sign: "clock", tone: "busy" },
  sending: { label: say("Sending"), sign: "turning", tone: "busy" },
  posted: { label: say("Posted"), sign: "check", tone: "good" },
  duplicate: { label: say("Already posted"), sign: "checks", tone: "good" },
  rejected: {
    label: say("Refused"),
    sign: "cross",
    tone: "bad",
    fallback: say("The network does not accept this post."),
  },
  reconnect: { label: say("Needs reconnecting"), sign: "link", tone: "doubt" },
  failed: { label: say("Failed"), sign: "cross", tone: "bad", fallback: say("It was not posted.") },
  unconfirmed: {
    label: say("Not confirmed"),
    sign: "question",
    tone: "doubt",
    fallback: say("The network did not confirm the post. Check there before you share it again."),
  },
  cancelled: {
    label: say("Cancelled"),
    sign: "stop",
    tone: "over",
    fallback: say("You cancelled it before it went out."),
  },
};

/** The account was reconnected after it had stopped the share. */
const reconnected: ShareState = {
  label: say("Not posted"),
  sign: "cross",
  tone: "doubt",
  fallback: say("The account is connected again. Retry to post it."),
};

const deleted: ShareState = {
  label: say("Deleted"),
  sign: "stop",
  tone: "over",
  fallback: say("You deleted this post."),
};

const deletedOne: ShareState = {
  ...deleted,
  fallback: say(
    "The post that we know of is deleted. It was sent more than once, so check your profile for another one.",
  ),
};

const deletions: Readonly<Record<"deleting" | "waiting" | "failed" | "unclear", ShareState>> = {
  deleting: { label: say("Being deleted…"), sign: "turning", tone: "busy" },
  waiting: {
    label: say("Not deleted yet"),
    sign: "link",
    tone: "doubt",
    fallback: say("Reconnect the account to have the post deleted."),
  },
  failed: { label: say("Not deleted"), sign: "cross", tone: "bad" },
  unclear: { label: say("Deletion not confirmed"), sign: "question", tone: "doubt" },
};

const overdue: ShareState = { label: say("Not shared yet"), sign: "clock", tone: "doubt" };

/** Returns how a share stands, in words, with a sign and a tone. */
export function tellState(share: Share): ShareState {
  if (share.isOverdue) return overdue;
  const { deletion } = share;
  if (deletion.state === "deleted") return deletion.mayHaveTwin ? deletedOne : deleted;
  if (deletion.state === "deleting") return deletions[deletion.waitsForReconnect ? "waiting" : "deleting"];
  if (deletion.state === "failed" || deletion.state === "unclear") return deletions[deletion.state];
  const isReconnected = share.status === "reconnect" && share.remedy === "retry";
  return isReconnected ? reconnected : byStatus[share.status];
}

/** Returns a sentence on what stopped the share or what it waits for. */
export function explain(
  share: Share,
  as: ShareState,
  zone: string | undefined,
  words: Words,
): Told | undefined {
  if (as === overdue && share.scheduledAt !== undefined)
    return say("It was due on {moment}, but the service was not running then. Share it now?", {
      moment: formatMoment(words, share.scheduledAt, zone),
    });
  if (share.status === "scheduled" && share.remedy === "reconnect")
    return say("It goes out only after you reconnect the account.");
  if (as === deletions.waiting) return as.fallback;
  if ("problem" in share.deletion) return share.deletion.problem;
  return as === reconnected ? as.fallback : (share.problem ?? as.fallback);
}
