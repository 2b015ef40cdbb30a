/** Codes of an app in the settings. */
import { PasswordField } from "../form.tsx";

export function SecondFactor({ isOn, hasPassword: asks }: { isOn: boolean; hasPassword: boolean }) {
  return (
    <section class="card" aria-labelledby="second-factor">
      <h2 id="second-factor">Codes of an app</h2>
      {isOn ? (
        <>
          <p>On: when you sign in, a code of your app is asked for too.</p>
          <details class="more">
            <summary>New recovery codes</summary>
            <form class="form" method="post" action="/account/second-factor/codes/">
              {asks && (
                <PasswordField label="Your password" name="password" autocomplete="current-password" />
              )}
              <button class="button" type="submit">
                Make new recovery codes
              </button>
            </form>
          </details>
          <details class="more">
            <summary>Ask for no codes any more</summary>
            <form class="form" method="post" action="/account/second-factor/end/">
              {asks && (
                <PasswordField label="Your password" name="password" autocomplete="current-password" />
              )}
              <button class="button danger" type="submit">
                Ask for no codes
              </button>
            </form>
          </details>
        </>
      ) : (
        <>
          <p>Off. With it, nobody gets in with your password or your mail alone.</p>
          <a class="button" href="/account/second-factor/">
            Set it up
          </a>
        </>
      )}
    </section>
  );
}
