/** The navigation, with the number of things that need the person's attention. */
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { Reader } from "../guards/context.ts";
import { Sign, type SignName } from "./icons.tsx";
import { usePageValues } from "./page-values.ts";
import { T, useWords } from "./words.tsx";

export type Place = "new" | "calendar" | "history" | "accounts" | "account" | "admin";

interface NavigationProps {
  readonly person: Reader;
  /** The place of the current page. */
  readonly current?: Place | undefined;
  /** Sent with an htmx fragment, to replace the navigation on the page. */
  readonly isReplacement?: boolean;
}

/** Shows the main navigation of a signed-in person. */
export function Navigation({ person, current, isReplacement }: NavigationProps) {
  return (
    <nav
      id="places"
      class="places"
      aria-label={usePageValues().name}
      hx-swap-oob={isReplacement ? "outerMorph" : undefined}
    >
      <ul>
        <PlaceLink href="/social/new/" icon="plus" label={say("New share")} here={current === "new"} />
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
          href="/social/calendar/"
          icon="calendar"
          label={say("Calendar")}
          here={current === "calendar"}
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
      </ul>
      <ul class="places-own">
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

/** Counts above 99 are shown as "99+", since the query counts no further. */
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
