/** The "Confirm that it is you" page: a signed-in person proves who they are again, then continues what they started. */
import { z } from "zod";
import { canUsePasskeys } from "../../people/second-factor/passkeys.ts";
import { listProofMethods, PROOF_MINUTES, proveAgain } from "../../people/sign-in/proof.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Banner } from "../frame/banner.tsx";
import { CodeField, NextField, PasswordField } from "../frame/form.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { nextShape, withNext } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { PasskeySignIn } from "../sign-in/passkey-button.tsx";

const formShape = z.object({
  password: z.string().max(1_000).catch(""),
  code: z.string().max(100).catch(""),
  next: nextShape,
});

/** GET /account/confirm/: asks for whatever the person can confirm with. */
export async function showConfirmation(c: WebContext) {
  return await renderConfirmation(c, { next: nextShape.parse(c.req.query("next")) });
}

/** POST /account/confirm/: starts a new session once the proof is accepted. */
export async function submitConfirmation(c: WebContext) {
  const { runtime, person } = c.var;
  const { next, ...proof } = formShape.parse(await c.req.parseBody());
  const proved = await proveAgain(runtime, person, readVisitor(c), proof);
  if ("problem" in proved) {
    refuse(c, proved, 422);
    return await renderConfirmation(c, { next, bad: proved.problem });
  }
  appendCookies(c, proved.cookies);
  return c.redirect(next, 303);
}

async function renderConfirmation(
  c: WebContext,
  { next, bad }: { readonly next: string; readonly bad?: Told },
) {
  const { t } = readWords(c);
  const { runtime, person } = c.var;
  const { config, mailer, people } = runtime;
  const ways = await listProofMethods(runtime, person);
  return show(
    c,
    <Layout
      title={say("Confirm that it is you")}
      person={person}
      shape="dialog"
      address={withNext("/account/confirm/", next)}
      head={<script src={assetPath("passkey.js")} type="module" blocking="render" />}
    >
      <h1>
        <T>Confirm that it is you</T>
      </h1>
      <p>
        <T minutes={PROOF_MINUTES}>
          {
            "You signed in a while ago. To continue, confirm that it is you. We won’t ask again for {minutes} minutes."
          }
        </T>
      </p>
      <Banner bad={bad} />
      {(ways.password || ways.code) && (
        <form class="form" method="post" action="/account/confirm/">
          <NextField next={next} />
          {ways.password && (
            <PasswordField label={say("Your password")} name="password" autocomplete="current-password" />
          )}
          {ways.code && <CodeField label={say("Code from your app, or a recovery code")} />}
          <button class="button primary" type="submit">
            <T>Confirm</T>
          </button>
        </form>
      )}
      {ways.passkey && canUsePasskeys(config.baseUrl) && (
        <PasskeySignIn next={next} label={t("Confirm with a passkey")} />
      )}
      {!ways.password && mailer.available && (
        <form class="form" method="post" action="/login/link/">
          <NextField next={next} />
          <input type="hidden" name="email" value={person.email} />
          <button class="button" type="submit">
            <T>Email me a confirmation link</T>
          </button>
        </form>
      )}
      {!ways.password && people.openid !== undefined && (
        <a class="button" href={withNext("/login/oidc/", next)}>
          {t("Confirm at {provider}", { provider: people.openid.settings.name })}
        </a>
      )}
      <p>
        <a href="/account/">
          <T>Cancel</T>
        </a>
      </p>
    </Layout>,
  );
}
