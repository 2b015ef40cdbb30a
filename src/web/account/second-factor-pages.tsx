/** The pages that set up two-step sign-in. */
import { raw } from "hono/html";
import { renderSVG } from "uqr";
import { hasPassword } from "../../people/password/password.ts";
import type { SecondFactorStart } from "../../people/second-factor/second-factor.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { CodeField, PasswordField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

export async function renderBeginning(c: WebContext, bad?: Told) {
  const ownsPassword = await hasPassword(c.var.runtime, c.var.person);
  return show(
    c,
    <Layout title={say("Two-step sign-in")} person={c.var.person} shape="dialog">
      <h1>
        <T>Two-step sign-in</T>
      </h1>
      <p>
        <T>
          You need an app that generates codes: most password managers can, and so can Aegis, Ente Auth,
          Google Authenticator and others.
        </T>
      </p>
      <Banner bad={bad} />
      <form class="form" method="post" action="/account/second-factor/">
        {ownsPassword && (
          <PasswordField label={say("Your password")} name="password" autocomplete="current-password" />
        )}
        <button class="button primary" type="submit">
          <T>Continue</T>
        </button>
        <a class="button" href="/account/">
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}

interface Confirming {
  /** Shown once. Absent after a wrong code, when the app already has the key. */
  readonly start?: SecondFactorStart;
  readonly bad?: Told;
}

export function renderConfirming(c: WebContext, { start, bad }: Confirming) {
  return show(
    c,
    <Layout title={say("Two-step sign-in")} person={c.var.person} shape="dialog">
      <h1>
        <T>Two-step sign-in</T>
      </h1>
      <Banner bad={bad} />
      {start === undefined ? (
        <p>
          <T
            again={
              <a href="/account/second-factor/">
                <T>start again</T>
              </a>
            }
          >
            {"Enter the code that your app shows now. If you did not save the recovery codes, {again}."}
          </T>
        </p>
      ) : (
        <>
          <h2>
            <T>1. Scan this with the app</T>
          </h2>
          <div class="qr">{raw(renderSVG(start.uri, { border: 2 }))}</div>
          <details class="more">
            <summary>
              <T>I can’t scan it</T>
            </summary>
            <p>
              <T
                open={
                  <a href={start.uri}>
                    <T>Open it in the app on this device</T>
                  </a>
                }
              >
                {"{open}, or type this key there:"}
              </T>
            </p>
            <p>
              <code>{new URL(start.uri).searchParams.get("secret")}</code>
            </p>
          </details>
          <h2>
            <T>2. Save these recovery codes</T>
          </h2>
          <RecoveryCodes codes={start.recoveryCodes} />
          <h2>
            <T>3. Enter the app’s code</T>
          </h2>
        </>
      )}
      <form class="form" method="post" action="/account/second-factor/confirm/">
        <CodeField label={say("Code")} />
        <button class="button primary" type="submit">
          <T>Turn it on</T>
        </button>
        <a class="button" href="/account/">
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <p class="quiet">
        <T>
          Each code signs you in once without the app. Print them or save them in a password manager: they are
          shown only now.
        </T>
      </p>
      <ul class="codes">
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
