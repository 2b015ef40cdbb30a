/** A forgotten password: asking for a link by mail, and choosing a new one. */
import { z } from "zod";
import { emailShape, newPasswordShape } from "../people/details.ts";
import { PASSWORD_RESET_MINUTES } from "../people/letters.ts";
import { readPasswordReset, resetPassword, sendPasswordReset } from "../people/password.ts";
import { LINK_OVER } from "../people/people.ts";
import { say, type Told } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { keptShape, linkShape, readNext, withNext } from "./next.ts";
import { EmailField, NextField, Notice, PasswordField } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { CheckYourMail, DeadLink } from "./parts/mailed-link.tsx";
import { T } from "./parts/words.tsx";
import { show } from "./show.tsx";
import { readVisitor } from "./visitor.ts";

const askShape = z.object({ email: emailShape });
const choiceShape = z.object({ password: newPasswordShape });

export async function showPasswordReset(c: WebContext) {
  if (!c.var.runtime.mailer.available) return c.notFound();
  return renderAsking(c, { email: "", next: readNext(c.req.query("next")) });
}

export async function submitPasswordReset(c: WebContext) {
  if (!c.var.runtime.mailer.available) return c.notFound();
  const body = await c.req.parseBody();
  const kept = keptShape.parse(body);
  const form = askShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderAsking(c, { ...kept, bad: form.error.issues[0]?.message });
  }
  const { email } = form.data;
  const refusal = sendPasswordReset(c.var.runtime, readVisitor(c), { email, next: kept.next });
  if (refusal !== undefined) {
    c.status(429);
    return renderAsking(c, { ...kept, bad: refusal.problem });
  }
  return show(c, <CheckYourMail email={email} minutes={PASSWORD_RESET_MINUTES} />);
}

export async function showNewPassword(c: WebContext) {
  const { token, next } = linkShape.parse(c.req.query());
  return renderChoice(c, { token, next });
}

export async function submitNewPassword(c: WebContext) {
  const body = await c.req.parseBody();
  const { token, next } = linkShape.parse(body);
  const form = choiceShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderChoice(c, { token, next, bad: form.error.issues[0]?.message });
  }
  const refusal = await resetPassword(c.var.runtime, readVisitor(c), {
    token,
    newPassword: form.data.password,
  });
  if (refusal !== undefined) {
    c.status(refusal.mustWait ? 429 : 410);
    return show(c, <DeadLink problem={refusal.problem} again={whereToAsk(c, next)} />);
  }
  return c.redirect(withNext("/login/", next, { news: "password-changed" }), 303);
}

function whereToAsk(c: WebContext, next: string): string | undefined {
  return c.var.runtime.mailer.available ? withNext("/login/reset/", next) : undefined;
}

function renderAsking(
  c: WebContext,
  { email, next, bad }: { email: string; next: string; bad?: Told | undefined },
) {
  return show(
    c,
    <Layout title={say("Choose a new password")} shape="dialog">
      <h1>
        <T>Choose a new password</T>
      </h1>
      <p>
        <T>Say which mail address you sign in with, and we mail you a link.</T>
      </p>
      <Notice bad={bad} />
      <form class="form" method="post" action="/login/reset/">
        <NextField next={next} />
        <EmailField value={email} />
        <button class="button primary" type="submit">
          <T>Mail me the link</T>
        </button>
      </form>
      <p>
        <a href={withNext("/login/", next)}>
          <T>Back to sign in</T>
        </a>
      </p>
    </Layout>,
  );
}

async function renderChoice(
  c: WebContext,
  { token, next, bad }: { token: string; next: string; bad?: Told | undefined },
) {
  const reset = await readPasswordReset(c.var.runtime, token);
  if (reset === undefined) return show(c, <DeadLink problem={LINK_OVER} again={whereToAsk(c, next)} />, 410);
  return show(
    c,
    <Layout title={say("Choose a new password")} shape="dialog">
      <h1>
        <T>Choose a new password</T>
      </h1>
      <p>
        <T>You are then signed out everywhere, and sign in with the new one.</T>
      </p>
      <Notice bad={bad} />
      <form class="form" method="post" action="/login/reset/new/">
        <NextField next={next} />
        <input type="hidden" name="token" value={token} />
        <EmailField value={reset.email} readonly />
        <PasswordField label={say("New password")} name="password" autocomplete="new-password" />
        <button class="button primary" type="submit">
          <T>Change the password</T>
        </button>
      </form>
    </Layout>,
  );
}
