/** What became of one share, in words, with what can be done about it. */
import { isUnderWay, type Share } from "../../../sharing/share.ts";
import type { Told, Words } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { AccountBadge } from "../../frame/account-badge.tsx";
import { Sign, type SignName } from "../../frame/icons.tsx";
import { Clock, formatMoment, Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { ShareActions } from "./share-actions.tsx";
import type { RefusedLink } from "./unconfirmed.tsx";

interface Shown {
  readonly words: string;
  readonly sign: SignName;
  readonly tone: "good" | "busy" | "doubt" | "bad" | "over";
  /** Said where the share itself explains nothing. */
  readonly otherwise?: string;
}

/** Every status in people's words. */
const told: Readonly<Record<Share["status"], Shown>> = {
  scheduled: { words: say("Scheduled"), sign: "clock", tone: "busy" },
  queued: { words: say("Waiting"), sign: "clock", tone: "busy" },
  sending: { words: say("Sending"), sign: "turning", tone: "busy" },
  posted: { words: say("Posted"), sign: "check", tone: "good" },
  duplicate: { words: say("Already posted"), sign: "checks", tone: "good" },
  rejected: {
    words: say("Refused"),
    sign: "cross",
    tone: "bad",
    otherwise: say("The network does not accept this post."),
  },
  reconnect: { words: say("Needs reconnecting"), sign: "link", tone: "doubt" },
  failed: { words: say("Failed"), sign: "cross", tone: "bad", otherwise: say("It was not posted.") },
  unconfirmed: {
    words: say("Not confirmed"),
    sign: "question",
    tone: "doubt",
    otherwise: say("The network did not confirm the post. Check there before you share it again."),
  },
  cancelled: { words: say("Cancelled"), sign: "stop", tone: "over" },
};

/** The account was reconnected since: what stopped the share is gone. */
const reconnected: Shown = {
  words: say("Not posted"),
  sign: "cross",
  tone: "doubt",
  otherwise: say("The account is connected again. Retry to post it."),
};

const deleted: Shown = {
  words: say("Deleted"),
  sign: "stop",
  tone: "over",
  otherwise: say("You deleted this post."),
};

const deletedOne: Shown = {
  ...deleted,
  otherwise: say(
    "The post that we know of is deleted. It was sent more than once, so check your profile for another one.",
  ),
};

const deletions: Readonly<Record<"deleting" | "waiting" | "failed" | "unclear", Shown>> = {
  deleting: { words: say("Being deleted…"), sign: "turning", tone: "busy" },
  waiting: {
    words: say("Not deleted yet"),
    sign: "link",
    tone: "doubt",
    otherwise: say("Reconnect the account to have the post deleted."),
  },
  failed: { words: say("Not deleted"), sign: "cross", tone: "bad" },
  unclear: { words: say("Deletion not confirmed"), sign: "question", tone: "doubt" },
};

const overdue: Shown = { words: say("Not shared yet"), sign: "clock", tone: "doubt" };

function tell(share: Share): Shown {
  if (share.isOverdue) return overdue;
  const { deletion } = share;
  if (deletion.state === "deleted") return deletion.mayHaveTwin ? deletedOne : deleted;
  if (deletion.state === "deleting") return deletions[deletion.waitsForReconnect ? "waiting" : "deleting"];
  if (deletion.state === "failed" || deletion.state === "unclear") return deletions[deletion.state];
  const isReconnected = share.status === "reconnect" && share.remedy === "retry";
  return isReconnected ? reconnected : told[share.status];
}

/** What stopped it, or what it waits for, in a sentence. */
function explain(share: Share, as: Shown, zone: string | undefined, words: Words): Told | undefined {
  if (as === overdue && share.scheduledAt !== undefined)
    return say("It was due on {moment}, but the service was not running then. Share it now?", {
      moment: formatMoment(words, share.scheduledAt, zone),
    });
  if (share.status === "scheduled" && share.remedy === "reconnect")
    return say("It goes out only after you reconnect the account.");
  if (as === deletions.waiting) return as.otherwise;
  if ("problem" in share.deletion) return share.deletion.problem;
  return as === reconnected ? as.otherwise : (share.problem ?? as.otherwise);
}

interface ShareOutcomeProps {
  readonly share: Share;
  readonly now: Date;
  readonly zone: string | undefined;
  /** On its own page, with everything; elsewhere it is one of several that went out, or are to go out, together. */
  readonly isWhole?: boolean;
  readonly refusedLink?: RefusedLink | undefined;
}

export function ShareOutcome({ share, now, zone, isWhole = false, refusedLink }: ShareOutcomeProps) {
  const as = tell(share);
  const { words, sign, tone } = as;
  const inWords = useWords();
  const problem = explain(share, as, zone, inWords);
  return (
    <li class={`outcome ${tone}`} id={`share-${share.id}`} aria-atomic="true">
      <AccountBadge connection={share.connection} naming="account-and-platform" />
      <p class="state">
        <Sign name={sign} />
        {inWords.t(words)}
      </p>
      {problem !== undefined && <p class="outcome-problem">{inWords.t(problem)}</p>}
      <NextTry share={share} now={now} zone={zone} isWhole={isWhole} />
      <ShareActions share={share} isWhole={isWhole} refusedLink={refusedLink} />
    </li>
  );
}

/** The time that the person chose is the same for all that goes out together: it stands above them. */
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
