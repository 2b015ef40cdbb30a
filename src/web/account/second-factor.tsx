/** Codes of an app at sign-in: setting it up, new recovery codes, and ending it. */
import { raw } from "hono/html";
import { renderSVG } from "uqr";
import { z } from "zod";
import { hasPassword } from "../../people/password.ts";
import type { Refusal } from "../../people/people.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  renewRecoveryCodes,
  type SecondFactorStart,
} from "../../people/second-factor.ts";
import type { WebContext } from "../context.ts";
import { CodeField, Notice, PasswordField } from "../parts/form.tsx";
import { Layout } from "../parts/layout.tsx";
import { show } from "../show.tsx";
import { appendCookies, readVisitor } from "../visitor.ts";
import { renderAccount, returnToAccount } from "./account.tsx";

const passwordShape = z.object({ password: z.string().max(1_000).optional().catch(undefined) });
const codeShape = z.object({ code: z.string().catch("") });

export async function showSecondFactor(c: WebContext) {
  if (c.var.person.hasSecondFactor) return c.redirect("/account/", 303);
  return await renderBeginning(c);
}

export async function beginCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const begun = await beginSecondFactor(runtime, person, readVisitor(c), password);
  if (!("problem" in begun)) return renderConfirming(c, { start: begun });
  c.status(begun.mustWait ? 429 : 422);
  return await renderBeginning(c, begun.problem);
}

export async function confirmCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { code } = codeShape.parse(await c.req.parseBody());
  const confirmed = await confirmSecondFactor(runtime, person, readVisitor(c), code.replaceAll(/\s/g, ""));
  if ("problem" in confirmed) {
    c.status(confirmed.mustWait ? 429 : 422);
    return renderConfirming(c, { bad: confirmed.problem });
  }
  appendCookies(c, confirmed.cookies);
  return returnToAccount(c, "second-factor-on");
}

export async function endCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const ended = await endSecondFactor(runtime, person, readVisitor(c), password);
  if ("problem" in ended) return refuse(c, ended);
  appendCookies(c, ended.cookies);
  return returnToAccount(c, "second-factor-off");
}

export async function renewCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const renewed = await renewRecoveryCodes(runtime, person, readVisitor(c), password);
  if ("problem" in renewed) return refuse(c, renewed);
  return show(
    c,
    <Layout title="Your recovery codes" person={person} shape="dialog">
      <h1>Your recovery codes</h1>
      <RecoveryCodes codes={renewed.recoveryCodes} />
      <p>The old ones work no longer.</p>
      <a class="button primary" href="/account/">
        I have kept them
      </a>
    </Layout>,
  );
}

function refuse(c: WebContext, { problem, mustWait }: Refusal) {
  c.status(mustWait ? 429 : 422);
  return renderAccount(c, { bad: problem });
}

async function renderBeginning(c: WebContext, bad?: string) {
  const ownsPassword = await hasPassword(c.var.runtime, c.var.person);
  return show(
    c,
    <Layout title="Codes of an app" person={c.var.person} shape="dialog">
      <h1>Codes of an app</h1>
      <p>
        You need an app that makes codes: most password managers do, or Aegis, Ente Auth, Google Authenticator
        and others.
      </p>
      <Notice bad={bad} />
      <form class="form" method="post" action="/account/second-factor/">
        {ownsPassword && (
          <PasswordField label="Your password" name="password" autocomplete="current-password" />
        )}
        <button class="button primary" type="submit">
          Continue
        </button>
        <a class="button" href="/account/">
          Cancel
        </a>
      </form>
    </Layout>,
  );
}

interface Confirming {
  /** Shown once; absent after a wrong code: the app has it already. */
  readonly start?: SecondFactorStart;
  readonly bad?: string;
}

function renderConfirming(c: WebContext, { start, bad }: Confirming) {
  return show(
    c,
    <Layout title="Codes of an app" person={c.var.person} shape="dialog">
      <h1>Codes of an app</h1>
      <Notice bad={bad} />
      {start === undefined ? (
        <p>
          Enter the code that your app shows now, or <a href="/account/second-factor/">start again</a>.
        </p>
      ) : (
        <>
          <h2>1. Scan this with the app</h2>
          <div class="qr">{raw(renderSVG(start.uri, { border: 2 }))}</div>
          <details class="more">
            <summary>I cannot scan it</summary>
            <p>
              <a href={start.uri}>Open it in the app on this device</a>, or type this key there:
            </p>
            <p>
              <code>{new URL(start.uri).searchParams.get("secret")}</code>
            </p>
          </details>
          <h2>2. Keep these codes</h2>
          <RecoveryCodes codes={start.recoveryCodes} />
          <h2>3. Enter the app’s code</h2>
        </>
      )}
      <form class="form" method="post" action="/account/second-factor/confirm/">
        <CodeField label="Code" />
        <button class="button primary" type="submit">
          Ask for codes from now on
        </button>
        <a class="button" href="/account/">
          Cancel
        </a>
      </form>
    </Layout>,
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <p class="quiet">
        Each signs you in once without the app. Print them or put them in a password manager: they are shown
        only now.
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
