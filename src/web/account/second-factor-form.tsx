/** The two-step sign-in section of the account settings. */
import { say } from "../../words/words.ts";
import { PasswordField } from "../frame/form.tsx";
import { T } from "../frame/words.tsx";
import { ProveFirst } from "./prove-first.tsx";
import { type FormProps, Refused } from "./refused-form.tsx";

interface SecondFactorProps extends FormProps {
  readonly isOn: boolean;
  readonly hasPassword: boolean;
  /** Whether the person's email address is verified. */
  readonly isProven: boolean;
}

export function SecondFactor({ isOn, hasPassword: asksPassword, isProven, refused }: SecondFactorProps) {
  return (
    <section class="card" aria-labelledby="second-factor">
      <h2 id="second-factor">
        <T>Two-step sign-in</T>
      </h2>
      {isOn ? (
        <>
          <p>
            <T>On. When you sign in, you also enter a code from your app.</T>
          </p>
          <details class="more" open={refused?.form === "new-codes"}>
            <summary>
              <T>New recovery codes</T>
            </summary>
            <form class="form" method="post" action="/account/second-factor/codes/#second-factor">
              <Refused form="new-codes" refused={refused} />
              {asksPassword && (
                <PasswordField label={say("Your password")} name="password" autocomplete="current-password" />
              )}
              <button class="button" type="submit">
                <T>Create new recovery codes</T>
              </button>
            </form>
          </details>
          <details class="more" open={refused?.form === "end-codes"}>
            <summary>
              <T>Turn two-step sign-in off</T>
            </summary>
            <form class="form" method="post" action="/account/second-factor/end/#second-factor">
              <Refused form="end-codes" refused={refused} />
              {asksPassword && (
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
            <T>Off. When it is on, you also enter a code from an app on your phone to sign in.</T>
          </p>
          {isProven ? (
            <a class="button" href="/account/second-factor/">
              <T>Set it up</T>
            </a>
          ) : (
            <ProveFirst />
          )}
        </>
      )}
    </section>
  );
}
