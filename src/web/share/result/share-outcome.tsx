/** The outcome of one share, with what the person can do about it. */
import { isUnderWay, type Share } from "../../../sharing/share.ts";
import { AccountBadge } from "../../frame/account-badge.tsx";
import { Sign } from "../../frame/icons.tsx";
import { Clock, Moment } from "../../frame/time.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { ShareActions } from "./share-actions.tsx";
import { explain, tellState } from "./share-state.ts";
import type { RefusedLink } from "./unconfirmed.tsx";

interface ShareOutcomeProps {
  readonly share: Share;
  readonly now: Date;
  readonly zone: string | undefined;
  /** The share has a page to itself, with all details; elsewhere it is one of several in a list. */
  readonly isWhole?: boolean;
  readonly refusedLink?: RefusedLink | undefined;
}

export function ShareOutcome({ share, now, zone, isWhole = false, refusedLink }: ShareOutcomeProps) {
  const as = tellState(share);
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
      {problem !== undefined && (
        <p class="outcome-problem">
          <Say told={problem} />
        </p>
      )}
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
