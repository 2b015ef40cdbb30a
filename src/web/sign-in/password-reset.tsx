/** A forgotten password: the page that mails a link to choose a new one. */
import { z } from "zod";
import { emailShape } from "../../people/details.ts";
import { PASSWORD_RESET_MINUTES } from "../../people/mail/letters.ts";
import { sendPasswordReset } from "../../people/password/reset-password.ts";
import { say, type Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { firstProblem } from "../frame/field-problem.tsx";
import { EmailField, NextField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { keptShape, readNext, withNext } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { readVisitor } from "../guards/visitor.ts";
import { CheckYourMail } from "./mailed-link.tsx";

const askShape = z.object({ email: emailShape });

/** GET /login/reset/: asks for the email address. */
export async function showPasswordReset(c: WebContext) {
  if (!c.var.runtime.mailer.available) return c.notFound();
  return renderAsking(c, { email: "", next: readNext(c.req.query("next")) });
}

/** POST /login/reset/: mails a link if the address has an account. */
export async function submitPasswordReset(c: WebContext) {
  if (!c.var.runtime.mailer.available) return c.notFound();
  const body = await c.req.parseBody();
  const kept = keptShape.parse(body);
  const form = askShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderAsking(c, { ...kept, bad: firstProblem(form.error) });
  }
  const { email } = form.data;
  const refusal = await sendPasswordReset(c.var.runtime, readVisitor(c), { email, next: kept.next });
  if (refusal !== undefined) {
    refuse(c, refusal, 422);
    return renderAsking(c, { ...kept, bad: refusal.problem });
  }
  return show(c, <CheckYourMail email={email} minutes={PASSWORD_RESET_MINUTES} />);
}

/** The path of the page that requests a new link; undefined if this service sends no mail. */
export function requestPage(c: WebContext, next: string): string | undefined {
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
        <T>Enter the email address that you sign in with. We will send you a link.</T>
      </p>
      <Banner bad={bad} />
      <form class="form" method="post" action="/login/reset/">
        <NextField next={next} />
        <EmailField value={email} />
        <button class="button primary" type="submit">
          <T>Email me the link</T>
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
