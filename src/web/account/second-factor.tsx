/** Two-step sign-in, with the codes of an app: setting it up, new recovery codes, and ending it. */
import { raw } from "hono/html";
import { renderSVG } from "uqr";
import { z } from "zod";
import { hasPassword } from "../../people/password/password.ts";
import type { Refusal } from "../../people/people.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  renewRecoveryCodes,
  type SecondFactorStart,
} from "../../people/second-factor/second-factor.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { CodeField, Notice, PasswordField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { renderAccount, returnToAccount } from "./account.tsx";

const passwordShape = z.object({ password: z.string().max(1_000).optional().catch(undefined) });
const codeShape = z.object({ code: z.string().catch("") });

export async function showSecondFactor(c: WebContext) {
  if (c.var.person.hasSecondFactor || !c.var.person.isProven) return c.redirect("/account/", 303);
  return await renderBeginning(c);
}

export async function beginCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const begun = await beginSecondFactor(runtime, person, readVisitor(c), password);
  if (!("problem" in begun)) return renderConfirming(c, { start: begun });
  refuse(c, begun, 422);
  return await renderBeginning(c, begun.problem);
}

export async function confirmCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { code } = codeShape.parse(await c.req.parseBody());
  const confirmed = await confirmSecondFactor(runtime, person, readVisitor(c), code.replaceAll(/\s/g, ""));
  if ("problem" in confirmed) {
    refuse(c, confirmed, 422);
    return renderConfirming(c, { bad: confirmed.problem });
  }
  appendCookies(c, confirmed.cookies);
  return returnToAccount(c, "second-factor-on");
}

export async function endCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const ended = await endSecondFactor(runtime, person, readVisitor(c), password);
  if ("problem" in ended) return showRefusal(c, "end-codes", ended);
  appendCookies(c, ended.cookies);
  return returnToAccount(c, "second-factor-off");
}

export async function renewCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const renewed = await renewRecoveryCodes(runtime, person, readVisitor(c), password);
  if ("problem" in renewed) return showRefusal(c, "new-codes", renewed);
  return show(
    c,
    <Layout title={say("Your recovery codes")} person={person} shape="dialog">
      <h1>
        <T>Your recovery codes</T>
      </h1>
      <RecoveryCodes codes={renewed.recoveryCodes} />
      <p>
        <T>Your old codes no longer work.</T>
      </p>
      <a class="button primary" href="/account/">
        <T>I have saved them</T>
      </a>
    </Layout>,
  );
}

function showRefusal(c: WebContext, form: "new-codes" | "end-codes", refusal: Refusal) {
  refuse(c, refusal, 422);
  return renderAccount(c, { refused: { form, bad: refusal.problem } });
}

async function renderBeginning(c: WebContext, bad?: Told) {
  const ownsPassword = await hasPassword(c.var.runtime, c.var.person);
  return show(
    c,
    <Layout title={say("Two-step sign-in")} person={c.var.person} shape="dialog">
      <h1>
        <T>Two-step sign-in</T>
      </h1>
      <p>
        <T>
          You need an app that generates codes: most password managers can, and so can Aegis, Ente Auth, Google Authenticator and others.
        </T>
      </p>
      <Notice bad={bad} />
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
  /** Shown once; absent after a wrong code: the app has it already. */
  readonly start?: SecondFactorStart;
  readonly bad?: Told;
}

function renderConfirming(c: WebContext, { start, bad }: Confirming) {
  return show(
    c,
    <Layout title={say("Two-step sign-in")} person={c.var.person} shape="dialog">
      <h1>
        <T>Two-step sign-in</T>
      </h1>
      <Notice bad={bad} />
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

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <p class="quiet">
        <T>
          Each code signs you in once without the app. Print them or save them in a password manager: they are shown only now.
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
