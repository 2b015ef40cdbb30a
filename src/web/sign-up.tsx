/** Making an account, with an invitation where one is needed. */
import { z } from "zod";
import { emailShape, nameShape, newPasswordShape } from "../people/details.ts";
import { isUnused } from "../people/directory.ts";
import { findWelcome, signUp } from "../people/sign-up.ts";
import type { Told } from "../words/words.ts";
import { say } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { keptShape, readNext, withNext } from "./next.ts";
import { EmailField, NextField, Notice, PasswordField } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { T } from "./parts/words.tsx";
import { show } from "./show.tsx";
import { appendCookies, readVisitor } from "./visitor.ts";

const formShape = z.object({ name: nameShape, email: emailShape, password: newPasswordShape });
const draftShape = keptShape.extend({
  name: z.string().max(100).catch(""),
  invitation: z.string().min(1).max(200).optional().catch(undefined),
});

type Draft = z.infer<typeof draftShape>;

export async function showSignUp(c: WebContext) {
  return renderSignUp(c, draftShape.parse(c.req.query()));
}

export async function submitSignUp(c: WebContext) {
  const body = await c.req.parseBody();
  const draft = draftShape.parse(body);
  const form = formShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderSignUp(c, draft, form.error.issues[0]?.message);
  }
  const isFirst = await isUnused(c.var.runtime);
  const result = await signUp(c.var.runtime, readVisitor(c), { ...form.data, invitation: draft.invitation });
  if ("problem" in result) {
    c.status(result.mustWait ? 429 : 422);
    return renderSignUp(c, draft, result.problem);
  }
  appendCookies(c, result.cookies);
  const isGoingHome = draft.next === readNext(undefined);
  return c.redirect(isFirst && isGoingHome ? "/admin/welcome/" : draft.next, 303);
}

async function renderSignUp(c: WebContext, { name, email, next, invitation }: Draft, bad?: Told) {
  const { runtime } = c.var;
  const welcome = await findWelcome(runtime, invitation);
  if ("problem" in welcome) return renderClosed(c, welcome.problem, next);
  const { invitedAddress } = welcome;
  return show(
    c,
    <Layout title={say("Make an account")} shape="dialog">
      <h1>
        <T>Make an account</T>
      </h1>
      {(await isUnused(runtime)) && (
        <p>
          <T>You are the first here: this account is the operator’s.</T>
        </p>
      )}
      <Notice bad={bad} />
      <form class="form" method="post" action="/sign-up/">
        <NextField next={next} />
        {invitation !== undefined && <input type="hidden" name="invitation" value={invitation} />}
        <label>
          <T>Name</T>
          <input type="text" name="name" value={name} autocomplete="name" maxlength={100} required />
        </label>
        <EmailField value={invitedAddress ?? email} readonly={invitedAddress !== undefined} />
        <PasswordField label={say("Password")} name="password" autocomplete="new-password" />
        <button class="button primary" type="submit">
          <T>Make the account</T>
        </button>
      </form>
      <p>
        <T>Have an account?</T>{" "}
        <a href={withNext("/login/", next)}>
          <T>Sign in</T>
        </a>
      </p>
    </Layout>,
  );
}

function renderClosed(c: WebContext, problem: Told, next: string) {
  return show(
    c,
    <Layout title={say("Make an account")} shape="dialog">
      <h1>
        <T>Make an account</T>
      </h1>
      <Notice bad={problem} />
      <p>
        <T>Have an account?</T>{" "}
        <a href={withNext("/login/", next)}>
          <T>Sign in</T>
        </a>
      </p>
    </Layout>,
    403,
  );
}
