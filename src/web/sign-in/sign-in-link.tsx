/** Signing in by a mailed link: requesting it, and the page that it opens. */

import { z } from "zod";
import { emailShape } from "../../people/details.ts";
import { SIGN_IN_LINK_MINUTES } from "../../people/mail/letters.ts";
import { LINK_OVER } from "../../people/people.ts";
import { readSignInLink, sendSignInLink, signInByLink } from "../../people/sign-in/sign-in-link.ts";
import { say } from "../../words/words.ts";
import { breakable } from "../frame/breakable.tsx";
import { firstProblem } from "../frame/field-problem.tsx";
import { NextField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { showWait } from "../guards/limited.ts";
import { keptShape, linkShape, withNext } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { renderLogin } from "./login.tsx";
import { CheckYourMail, DeadLink } from "./mailed-link.tsx";

const askShape = z.object({ email: emailShape });

/** POST /login/link/: mails a sign-in link if the address can be used. */
export async function submitSignInLink(c: WebContext) {
  if (!c.var.runtime.mailer.available) return c.notFound();
  const body = await c.req.parseBody();
  const kept = keptShape.parse(body);
  const form = askShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderLogin(c, { ...kept, bad: firstProblem(form.error) });
  }
  const { email } = form.data;
  const refusal = await sendSignInLink(c.var.runtime, readVisitor(c), { email, next: kept.next });
  if (refusal !== undefined) {
    refuse(c, refusal, 422);
    return renderLogin(c, { ...kept, bad: refusal.problem });
  }
  return show(c, <CheckYourMail email={email} minutes={SIGN_IN_LINK_MINUTES} />);
}

/** GET /login/link/. Does not use the link up: mail scanners open links before people do, and each works once. */
export async function showSignInLink(c: WebContext) {
  const { token, next } = linkShape.parse(c.req.query());
  const link = await readSignInLink(c.var.runtime, token);
  if (link === undefined)
    return show(c, <DeadLink problem={LINK_OVER} again={withNext("/login/", next)} />, 410);
  return show(
    c,
    <Layout title={say("Sign in")} shape="dialog">
      <h1>
        <T>Sign in</T>
      </h1>
      <p>
        <T mail={<strong>{breakable(link.email)}</strong>}>{"You are about to sign in as {mail}."}</T>
      </p>
      <form class="form" method="post" action="/login/link/confirm/">
        <NextField next={next} />
        <input type="hidden" name="token" value={token} />
        <button class="button primary" type="submit">
          <T>Sign in</T>
        </button>
      </form>
    </Layout>,
  );
}

/** POST /login/link/confirm/: signs in and uses the link up. */
export async function confirmSignInLink(c: WebContext) {
  const { token, next } = linkShape.parse(await c.req.parseBody());
  const result = await signInByLink(c.var.runtime, readVisitor(c), token);
  if ("problem" in result) {
    if (result.waitSeconds !== undefined) return showWait(c, result);
    return show(c, <DeadLink problem={result.problem} again={withNext("/login/", next)} />, 410);
  }
  appendCookies(c, result.cookies);
  return c.redirect(result.needsCode ? withNext("/login/code/", next) : next, 303);
}
