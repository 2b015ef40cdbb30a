/** What became of one share, in words, with what can be done about it. */
import type { Share } from "../../sharing/share.ts";
import { AccountBadge } from "./account-badge.tsx";
import { Sign, type SignName } from "./icons.tsx";
import { ShareActions } from "./share-actions.tsx";
import { Clock, formatMoment, Moment } from "./time.tsx";

interface Told {
  readonly words: string;
  readonly sign: SignName;
  readonly tone: "good" | "busy" | "doubt" | "bad" | "over";
  /** Said where the share itself explains nothing. */
  readonly otherwise?: string;
}

/** Every status in people's words. */
const told: Readonly<Record<Share["status"], Told>> = {
  scheduled: { words: "Scheduled", sign: "clock", tone: "busy" },
  queued: { words: "Waiting", sign: "clock", tone: "busy" },
  sending: { words: "Sending", sign: "turning", tone: "busy" },
  posted: { words: "Posted", sign: "check", tone: "good" },
  duplicate: { words: "Already there", sign: "checks", tone: "good" },
  rejected: {
    words: "Refused",
    sign: "cross",
    tone: "bad",
    otherwise: "The network does not take this post.",
  },
  reconnect: { words: "Needs reconnecting", sign: "link", tone: "doubt" },
  failed: { words: "Failed", sign: "cross", tone: "bad", otherwise: "It was not posted." },
  unconfirmed: {
    words: "Not confirmed",
    sign: "question",
    tone: "doubt",
    otherwise: "The network did not say whether it was posted. Look there before you share it again.",
  },
  cancelled: { words: "Cancelled", sign: "stop", tone: "over" },
};

/** The account was reconnected since: what stopped the share is gone. */
const reconnected: Told = {
  words: "Not posted",
  sign: "cross",
  tone: "doubt",
  otherwise: "The account is connected again: retry to post it.",
};

const deleted: Told = {
  words: "Deleted",
  sign: "stop",
  tone: "over",
  otherwise: "You had the post deleted.",
};

const overdue: Told = { words: "Not shared yet", sign: "clock", tone: "doubt" };

function tell(share: Share): Told {
  if (share.isOverdue) return overdue;
  if (share.deletion.state === "deleted") return deleted;
  const isReconnected = share.status === "reconnect" && share.remedy === "retry";
  return isReconnected ? reconnected : told[share.status];
}

/** What stopped it, or what it waits for, in a sentence. */
function explain(share: Share, as: Told, zone: string | undefined): string | undefined {
  if (as === overdue && share.scheduledAt !== undefined)
    return `It was due on ${formatMoment(share.scheduledAt, zone)}, while Sharewell was not running. Share it now?`;
  return as === reconnected ? as.otherwise : (share.problem ?? as.otherwise);
}

interface ShareOutcomeProps {
  readonly share: Share;
  readonly now: Date;
  readonly zone: string | undefined;
  /** Not where the details are shown already. */
  readonly withDetails?: boolean;
}

export function ShareOutcome({ share, now, zone, withDetails = true }: ShareOutcomeProps) {
  const as = tell(share);
  const { words, sign, tone } = as;
  const problem = explain(share, as, zone);
  return (
    <li class={`outcome ${tone}`} id={`share-${share.id}`} aria-atomic="true">
      <AccountBadge connection={share.connection} naming="account-and-platform" />
      <p class="state">
        <Sign name={sign} />
        {words}
      </p>
      {problem !== undefined && <p class="outcome-problem">{problem}</p>}
      {share.nextAttemptAt !== undefined && share.nextAttemptAt > now && (
        <p class="outcome-problem quiet">
          {share.status === "scheduled" ? (
            <>
              For <Moment at={share.nextAttemptAt} zone={zone} />.
            </>
          ) : (
            <>
              Next try at <Clock at={share.nextAttemptAt} now={now} zone={zone} />.
            </>
          )}
        </p>
      )}
      <ShareActions share={share} withDetails={withDetails} />
    </li>
  );
}
