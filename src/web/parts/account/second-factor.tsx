/** Codes of an app in the settings. */

import { say } from "../../../words/words.ts";
import { PasswordField } from "../form.tsx";
import { T } from "../words.tsx";

export function SecondFactor({ isOn, hasPassword: asks }: { isOn: boolean; hasPassword: boolean }) {
  return (
    <section class="card" aria-labelledby="second-factor">
      <h2 id="second-factor">
        <T>Codes of an app</T>
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
              <T>Ask for no codes any more</T>
            </summary>
            <form class="form" method="post" action="/account/second-factor/end/">
              {asks && (
                <PasswordField label={say("Your password")} name="password" autocomplete="current-password" />
              )}
              <button class="button danger" type="submit">
                <T>Ask for no codes</T>
              </button>
            </form>
          </details>
        </>
      ) : (
        <>
          <p>
            <T>Off. With it, nobody gets in with your password or your mail alone.</T>
          </p>
          <a class="button" href="/account/second-factor/">
            <T>Set it up</T>
          </a>
        </>
      )}
    </section>
  );
}
