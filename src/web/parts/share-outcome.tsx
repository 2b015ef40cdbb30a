/** What became of one share, in words, with what can be done about it. */
import { handleOf } from "../../connections/connection.ts";
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

const deleted: Told = {
  words: "Deleted",
  sign: "stop",
  tone: "over",
  otherwise: "You had the post deleted.",
};

function tell(share: Share): Told {
  if (share.deletion.state === "deleted") return deleted;
  const isReconnected = share.status === "reconnect" && share.remedy === "retry";
  return isReconnected ? reconnected : told[share.status];
}

export function ShareOutcome({ share, now }: { share: Share; now: Date }) {
  const as = tell(share);
  const { words, sign, tone, otherwise } = as;
  const problem = as === reconnected ? otherwise : (share.problem ?? otherwise);
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
  const { connection, remedy, deletion } = share;
  const postUrl = deletion.state === "deleted" ? undefined : share.postUrl;
  if (postUrl === undefined && remedy === "none") return null;
  const whose = ` ${handleOf(connection.account)} on ${aboutPlatform(connection.platform).label}`;
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
      {(deletion.state === "possible" || deletion.state === "hindered") && (
        <details class="confirm">
          <summary class="button small">
            Delete<span class="unseen">{` the post of${whose}`}</span>
          </summary>
          {deletion.state === "hindered" ? (
            <p class="note">{deletion.hindrance}</p>
          ) : (
            <form method="post" action={`/social/delete/${share.id}/`}>
              <p>{`Delete the post of${whose}? It is gone there for everybody, with its replies and likes.`}</p>
              <button class="button small danger" type="submit">
                Yes, delete
              </button>
            </form>
          )}
        </details>
      )}
    </div>
  );
}
