/** Signing in and out. */
import { z } from "zod";
import { emailShape } from "../../people/details.ts";
import { isUnused } from "../../people/directory.ts";
import { canUsePasskeys } from "../../people/second-factor/passkeys.ts";
import { signIn, signOut } from "../../people/sign-in/sign-in.ts";
import { say, type Told } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Banner } from "../frame/banner.tsx";
import { firstProblem } from "../frame/field-problem.tsx";
import { readNews } from "../frame/flash.ts";
import { EmailField, NextField, PasswordField } from "../frame/form.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { keptShape, readNext, withNext } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { PasskeySignIn } from "./passkey-button.tsx";

const formShape = z.object({
  email: emailShape,
  password: z.string().min(1, say("Enter your password.")).max(1_000),
});

const news: Readonly<Record<string, Told>> = {
  "password-changed": say(
    "Your password has been changed and you are signed out everywhere. Sign in with the new password.",
  ),
  "signed-out": say("You are signed out."),
  "signed-out-everywhere": say("You are signed out everywhere."),
};

/** GET /login/: the sign-in page; redirects people who are signed in, and the very first person to sign-up. */
export async function showLogin(c: WebContext) {
  const next = readNext(c.req.query("next"));
  if (await c.var.runtime.people.findPerson(c.req.raw.headers)) return c.redirect(next, 303);
  if (await isUnused(c.var.runtime)) return c.redirect(withNext("/sign-up/", next), 303);
  return renderLogin(c, { email: "", next, good: readNews(c, news) });
}

/** POST /login/: signs in with a password. */
export async function submitLogin(c: WebContext) {
  const body = await c.req.parseBody();
  const kept = keptShape.parse(body);
  const form = formShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderLogin(c, { ...kept, bad: firstProblem(form.error) });
  }
  const result = await signIn(c.var.runtime, readVisitor(c), form.data);
  if ("problem" in result) {
    refuse(c, result, 422);
    return renderLogin(c, { ...kept, bad: result.problem });
  }
  appendCookies(c, result.cookies);
  return c.redirect(result.needsCode ? withNext("/login/code/", kept.next) : kept.next, 303);
}

/** POST /logout/: signs out of this browser. */
export async function logout(c: WebContext) {
  // Removes the drafts of all tabs, so that the next person at this browser does not see them.
  c.header("clear-site-data", '"storage"');
  appendCookies(c, await signOut(c.var.runtime, readVisitor(c), "here"));
  return c.redirect("/login/?news=signed-out", 303);
}

interface LoginState {
  readonly email: string;
  readonly next: string;
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
}

/** The sign-in page, with a message and what was typed before. */
export function renderLogin(c: WebContext, { email, next, good, bad }: LoginState) {
  const { t } = readWords(c);
  const { config, mailer, people } = c.var.runtime;
  return show(
    c,
    <Layout
      title={say("Sign in")}
      shape="dialog"
      address={withNext("/login/", next)}
      head={<script src={assetPath("passkey.js")} type="module" blocking="render" />}
    >
      <h1>
        <T>Sign in</T>
      </h1>
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
      {config.signUp === "open" && (
        <p>
          <T>New here?</T>{" "}
          <a href={withNext("/sign-up/", next)}>
            <T>Create an account</T>
          </a>
        </p>
      )}
    </Layout>,
  );
}
