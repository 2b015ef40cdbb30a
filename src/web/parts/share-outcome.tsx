/** What became of one share, in words, with what can be done about it. */
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Share } from "../../sharing/share.ts";
import { reconnectPath } from "../connect-path.ts";
import { AccountBadge } from "./account-badge.tsx";
import { Sign, type SignName } from "./icons.tsx";
import { Clock } from "./time.tsx";

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

export function ShareOutcome({ share, now }: { share: Share; now: Date }) {
  const isReconnected = share.status === "reconnect" && share.remedy === "retry";
  const { words, sign, tone, otherwise } = isReconnected ? reconnected : told[share.status];
  const problem = isReconnected ? otherwise : (share.problem ?? otherwise);
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
          Next try at <Clock at={share.nextAttemptAt} now={now} />.
        </p>
      )}
      <ShareActions share={share} />
    </li>
  );
}

function ShareActions({ share }: { share: Share }) {
  const { connection, postUrl, remedy } = share;
  if (postUrl === undefined && remedy === "none") return null;
  const whose = ` @${connection.account.username} on ${aboutPlatform(connection.platform).label}`;
  return (
    <div class="outcome-actions">
      {postUrl !== undefined && (
        <a class="button small" href={postUrl} target="_blank" rel="noopener">
          See the post
          <span class="unseen">{` of${whose}, in a new tab`}</span>
          <Sign name="out" />
        </a>
      )}
      {remedy === "reconnect" && (
        <a class="button small primary" href={reconnectPath(connection, `/social/share/${share.requestId}/`)}>
          Reconnect
          <span class="unseen">{whose}</span>
        </a>
      )}
      {(remedy === "retry" || remedy === "check") && (
        <form method="post" action={`/social/retry/${share.id}/`}>
          <button class="button small primary" type="submit">
            {remedy === "retry" ? "Retry" : "Check again"}
            <span class="unseen">{whose}</span>
          </button>
        </form>
      )}
    </div>
  );
}
