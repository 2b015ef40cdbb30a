/** The outcome of one share, with what the person can do about it. */
import { isUnderWay, type Share } from "../../../sharing/share.ts";
import type { Told, Words } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { AccountBadge } from "../../frame/account-badge.tsx";
import { Sign, type SignName } from "../../frame/icons.tsx";
import { Clock, formatMoment, Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { ShareActions } from "./share-actions.tsx";
import type { RefusedLink } from "./unconfirmed.tsx";

interface StatusText {
  readonly label: Told;
  readonly sign: SignName;
  readonly tone: "good" | "busy" | "doubt" | "bad" | "over";
  /** Shown where the share has no explanation of its own. */
  readonly fallback?: Told;
}

const statusTexts: Readonly<Record<Share["status"], StatusText>> = {
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
  cancelled: { label: say("Cancelled"), sign: "stop", tone: "over" },
};

/** The account was reconnected after it had stopped the share. */
const reconnected: StatusText = {
  label: say("Not posted"),
  sign: "cross",
  tone: "doubt",
  fallback: say("The account is connected again. Retry to post it."),
};

const deleted: StatusText = {
  label: say("Deleted"),
  sign: "stop",
  tone: "over",
  fallback: say("You deleted this post."),
};

const deletedOne: StatusText = {
  ...deleted,
  fallback: say(
    "The post that we know of is deleted. It was sent more than once, so check your profile for another one.",
  ),
};

const deletions: Readonly<Record<"deleting" | "waiting" | "failed" | "unclear", StatusText>> = {
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

const overdue: StatusText = { label: say("Not shared yet"), sign: "clock", tone: "doubt" };

function tell(share: Share): StatusText {
  if (share.isOverdue) return overdue;
  const { deletion } = share;
  if (deletion.state === "deleted") return deletion.mayHaveTwin ? deletedOne : deleted;
  if (deletion.state === "deleting") return deletions[deletion.waitsForReconnect ? "waiting" : "deleting"];
  if (deletion.state === "failed" || deletion.state === "unclear") return deletions[deletion.state];
  const isReconnected = share.status === "reconnect" && share.remedy === "retry";
  return isReconnected ? reconnected : statusTexts[share.status];
}

/** Returns a sentence on what stopped the share or what it waits for. */
function explain(share: Share, as: StatusText, zone: string | undefined, words: Words): Told | undefined {
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

interface ShareOutcomeProps {
  readonly share: Share;
  readonly now: Date;
  readonly zone: string | undefined;
  /** The share has a page to itself, with all details; elsewhere it is one of several in a list. */
  readonly isWhole?: boolean;
  readonly refusedLink?: RefusedLink | undefined;
}

export function ShareOutcome({ share, now, zone, isWhole = false, refusedLink }: ShareOutcomeProps) {
  const as = tell(share);
  const { label, sign, tone } = as;
  const words = useWords();
  const problem = explain(share, as, zone, words);
  return (
    <li class={`outcome ${tone}`} id={`share-${share.id}`} aria-atomic="true">
      <AccountBadge connection={share.connection} naming="account-and-platform" />
      <p class="state">
        <Sign name={sign} />
        {words.t(label)}
      </p>
      {problem !== undefined && <p class="outcome-problem">{words.t(problem)}</p>}
      <NextTry share={share} now={now} zone={zone} isWhole={isWhole} />
      <ShareActions share={share} isWhole={isWhole} refusedLink={refusedLink} />
    </li>
  );
}

/** Shows the next try. In a list the scheduled time stands above, since it is the same for all shares of the request. */
function NextTry({ share, now, zone, isWhole = false }: ShareOutcomeProps) {
  const { status, nextAttemptAt: at } = share;
  if (at === undefined || at <= now || !isUnderWay(share) || (status === "scheduled" && !isWhole))
    return null;
  return (
    <p class="outcome-problem quiet">
      {status === "scheduled" ? (
        <T moment={<Moment at={at} zone={zone} />}>{"Goes out on {moment}."}</T>
      ) : (
        <T time={<Clock at={at} now={now} zone={zone} />}>{"Next try at {time}."}</T>
      )}
    </p>
  );
}
