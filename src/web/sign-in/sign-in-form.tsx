/** The form to sign in, with every way that the service has. */
import { canUsePasskeys } from "../../people/second-factor/passkeys.ts";
import { say, type Told } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Banner } from "../frame/banner.tsx";
import { EmailField, NextField, PasswordField } from "../frame/form.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { withNext } from "../guards/next.ts";
import { PasskeySignIn } from "./passkey-button.tsx";

/** What was typed, and what to say about it. */
export interface SignInDraft {
  readonly email: string;
  readonly next: string;
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
}

/** The form needs it in the head of its page. */
export const signInHead = <script src={assetPath("passkey.js")} type="module" blocking="render" />;

/** Shows the form, with a message and what was typed before. */
export function SignInForm({ c, email, next, good, bad }: SignInDraft & { readonly c: WebContext }) {
  const { t } = useWords();
  const { config, mailer, people } = c.var.runtime;
  return (
    <>
      <Banner good={good} bad={bad} />
      <form class="form" method="post" action="/login/">
        <NextField next={next} />
        <EmailField value={email} isFocused={bad === undefined} />
        <PasswordField label={say("Password")} name="password" autocomplete="current-password" />
        <button class="button primary" type="submit">
          <T>Sign in</T>
        </button>
        {mailer.available && (
          <button class="button" type="submit" formaction="/login/link/" formnovalidate>
            <T>Email me a sign-in link</T>
          </button>
        )}
      </form>
      {/* Hidden, but takes up its space, until the browser has said whether it supports passkeys. */}
      {canUsePasskeys(config.baseUrl) && <PasskeySignIn next={next} label={t("Sign in with a passkey")} />}
      {people.openid !== undefined && (
        <a class="button" href={withNext("/login/oidc/", next)}>
          {t("Sign in with {provider}", { provider: people.openid.settings.name })}
        </a>
      )}
      {mailer.available ? (
        <p>
          <a href={withNext("/login/reset/", next)}>
            <T>Forgot your password?</T>
          </a>
        </p>
      ) : (
        <p>
          <T>Forgot your password? Contact the operator of this service.</T>
        </p>
      )}
    </>
  );
}
