/** Two-step sign-in in the settings. */

import { say } from "../../../words/words.ts";
import { PasswordField } from "../form.tsx";
import { T } from "../words.tsx";

export function SecondFactor({ isOn, hasPassword: asks }: { isOn: boolean; hasPassword: boolean }) {
  return (
    <section class="card" aria-labelledby="second-factor">
      <h2 id="second-factor">
        <T>Two-step sign-in</T>
      </h2>
      {isOn ? (
        <>
          <p>
            <T>On: when you sign in, a code of your app is asked for too.</T>
          </p>
          <details class="more">
            <summary>
              <T>New recovery codes</T>
            </summary>
            <form class="form" method="post" action="/account/second-factor/codes/">
              {asks && (
                <PasswordField label={say("Your password")} name="password" autocomplete="current-password" />
              )}
              <button class="button" type="submit">
                <T>Make new recovery codes</T>
              </button>
            </form>
          </details>
          <details class="more">
            <summary>
              <T>Turn two-step sign-in off</T>
            </summary>
            <form class="form" method="post" action="/account/second-factor/end/">
              {asks && (
                <PasswordField label={say("Your password")} name="password" autocomplete="current-password" />
              )}
              <button class="button danger" type="submit">
                <T>Turn it off</T>
              </button>
            </form>
          </details>
        </>
      ) : (
        <>
          <p>
            <T>Off. With it, signing in also takes a code from an app on your phone.</T>
          </p>
          <a class="button" href="/account/second-factor/">
            <T>Set it up</T>
          </a>
        </>
      )}
    </section>
  );
}
