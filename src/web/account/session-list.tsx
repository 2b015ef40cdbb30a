/** The section of the account settings that lists where the person is signed in. */
import { nameBrowser } from "../../people/sign-in/browser-name.ts";
import type { Session } from "../../people/sign-in/sessions.ts";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";

interface SessionsProps {
  readonly sessions: readonly Session[];
  /** The id of the session that requests this page. */
  readonly here: string;
  readonly zone: string | undefined;
}

export function Sessions({ sessions, here, zone }: SessionsProps) {
  const words = useWords();
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">
        <T>Where you are signed in</T>
      </h2>
      <ul class="rows">
        {sessions.map((session) => (
          <li>
            <p>
              <strong>{nameBrowser(session.userAgent, words)}</strong>{" "}
              <span class="quiet">
                {session.id === here ? (
                  <T>This browser</T>
                ) : (
                  <T moment={<Moment at={session.usedAt} zone={zone} />}>{"Last seen {moment}"}</T>
                )}
              </span>
            </p>
            {session.id !== here && (
              <form method="post" action={`/account/sessions/${session.id}/end/`}>
                <button class="button small" type="submit">
                  <T>Sign out</T>
                  <span class="unseen">{` ${nameBrowser(session.userAgent, words)}`}</span>
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      <form class="form" method="post" action="/account/sign-out-everywhere/">
        <p class="quiet">
          <T>Signs you out in every browser, including this one.</T>
        </p>
        <button class="button" type="submit">
          <T>Sign out everywhere</T>
        </button>
      </form>
    </section>
  );
}
