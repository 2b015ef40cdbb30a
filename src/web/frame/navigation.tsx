/** The places of the service, and what waits for the person there. */
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { Reader } from "../guards/context.ts";
import { Sign, type SignName } from "./icons.tsx";
import { usePageValues } from "./page-values.ts";
import { T, useWords } from "./words.tsx";

export type Place = "history" | "accounts" | "account" | "admin";

interface NavigationProps {
  readonly person: Reader;
  /** Where in it the page is. */
  readonly current?: Place | undefined;
  /** It comes with a fragment of a page that has it already, and takes its place. */
  readonly isAnew?: boolean;
}

export function Navigation({ person, current, isAnew }: NavigationProps) {
  return (
    <nav
      id="places"
      class="places"
      aria-label={usePageValues().name}
      hx-swap-oob={isAnew ? "outerMorph" : undefined}
    >
      <ul>
        <PlaceLink
          href="/social/"
          icon="accounts"
          label={say("Accounts")}
          here={current === "accounts"}
          waiting={tellWaiting(
            person.attention.connections,
            say("{number, plural, one {needs reconnecting} other {need reconnecting}}", {
              number: person.attention.connections,
            }),
          )}
        />
        <PlaceLink
          href="/social/history/"
          icon="clock"
          label={say("Share history")}
          here={current === "history"}
          waiting={tellWaiting(
            person.attention.shares,
            say("{number, plural, one {needs attention} other {need attention}}", {
              number: person.attention.shares,
            }),
          )}
        />
        {person.role === "operator" && (
          <PlaceLink href="/admin/" icon="tools" label={say("Admin")} here={current === "admin"} />
        )}
        <PlaceLink href="/account/" icon="gear" label={say("Your account")} here={current === "account"} />
        <li>
          <form method="post" action="/logout/">
            <button type="submit">
              <Sign name="door" />
              <T>Sign out</T>
            </button>
          </form>
        </li>
      </ul>
    </nav>
  );
}

interface PlaceLinkProps {
  readonly href: string;
  readonly icon: SignName;
  readonly label: Told;
  readonly here: boolean;
  readonly waiting?: Waiting | undefined;
}

interface Waiting {
  readonly count: string;
  readonly words: Told;
}

/** A hundred are "99+": they are counted no further. */
function tellWaiting(number: number, words: Told): Waiting | undefined {
  return number === 0 ? undefined : { count: number > 99 ? "99+" : String(number), words };
}

function PlaceLink({ href, icon, label, here, waiting }: PlaceLinkProps) {
  const { t } = useWords();
  return (
    <li>
      <a href={href} aria-current={here ? "page" : undefined}>
        <Sign name={icon} />
        {t(label)}
        {waiting !== undefined && (
          <span class="waiting">
            {waiting.count}
            <span class="unseen">{` ${t(waiting.words)}`}</span>
          </span>
        )}
      </a>
    </li>
  );
}
