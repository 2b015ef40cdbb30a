/** Where a person is signed in, in the settings. */
import Bowser from "bowser";
import type { Session } from "../../../people/sessions.ts";
import { Moment } from "../time.tsx";

interface SessionsProps {
  readonly sessions: readonly Session[];
  /** The session that asks. */
  readonly here: string;
  readonly zone: string | undefined;
}

export function Sessions({ sessions, here, zone }: SessionsProps) {
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      <ul class="rows">
        {sessions.map((session) => (
          <li>
            <p>
              <strong>{nameBrowser(session.userAgent)}</strong>{" "}
              <span class="quiet">
                {session.id === here ? (
                  "This browser"
                ) : (
                  <>
                    Last seen <Moment at={session.usedAt} zone={zone} />
                  </>
                )}
              </span>
            </p>
            {session.id !== here && (
              <form method="post" action={`/account/sessions/${session.id}/end/`}>
                <button class="button small" type="submit">
                  Sign out<span class="unseen">{` ${nameBrowser(session.userAgent)}`}</span>
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      <form class="form" method="post" action="/account/sign-out-everywhere/">
        <p class="quiet">Signs you out in every browser, this one too.</p>
        <button class="button" type="submit">
          Sign out everywhere
        </button>
      </form>
    </section>
  );
}

/** "Firefox on Linux" */
function nameBrowser(userAgent: string): string {
  if (userAgent === "") return "An unknown browser";
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name === undefined) return "An unknown browser";
  return os.name === undefined ? browser.name : `${browser.name} on ${os.name}`;
}
