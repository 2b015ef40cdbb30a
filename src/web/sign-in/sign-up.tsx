/** Creating an account: by invitation, or by a mailed link if sign-up is open to everyone. */
import { z } from "zod";
import { findInvitationLink } from "../../operation/visitor-ways.ts";
import { emailShape, nameShape, newPasswordShape } from "../../people/details.ts";
import { isUnused } from "../../people/directory.ts";
import { SIGN_UP_LINK_MINUTES } from "../../people/mail/sign-up-letters.ts";
import { signUp } from "../../people/sign-up/sign-up.ts";
import { sendSignUpLink } from "../../people/sign-up/sign-up-link.ts";
import { findWelcome } from "../../people/sign-up/welcome.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { firstProblem } from "../frame/field-problem.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { keptShape, readNext, withNext } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { AskForInvitation } from "./join-link.tsx";
import { CheckYourMail, DeadLink } from "./mailed-link.tsx";
import { AccountForm, AddressForm } from "./sign-up-forms.tsx";

const addressShape = z.object({ email: emailShape });
const formShape = addressShape.extend({ name: nameShape, password: newPasswordShape });
const secretShape = z.string().min(1).max(200).optional().catch(undefined);
const draftShape = keptShape.extend({
  name: z.string().max(100).catch(""),
  invitation: secretShape,
  token: secretShape,
});

export type Draft = z.infer<typeof draftShape>;

/** GET /sign-up/: asks for an address or, after an invitation or a mailed link, for the account's details. */
export async function showSignUp(c: WebContext) {
  return renderSignUp(c, draftShape.parse(c.req.query()));
}

/** POST /sign-up/: creates the account, or mails a link if the address has to be verified first. */
export async function submitSignUp(c: WebContext) {
  const { runtime } = c.var;
  const body = await c.req.parseBody();
  const draft = draftShape.parse(body);
  const welcome = await findWelcome(runtime, draft);
  if (!("problem" in welcome) && welcome.asksForProof) return submitAddress(c, body, draft);
  const form = formShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderSignUp(c, draft, firstProblem(form.error));
  }
  const isFirst = await isUnused(runtime);
  const { invitation, token } = draft;
  const result = await signUp(runtime, readVisitor(c), { ...form.data, invitation, token });
  if ("problem" in result) {
    refuse(c, result, 422);
    return renderSignUp(c, draft, result.problem);
  }
  appendCookies(c, result.cookies);
  const isGoingHome = draft.next === readNext(undefined);
  return c.redirect(isFirst && isGoingHome ? "/admin/welcome/" : draft.next, 303);
}

async function submitAddress(c: WebContext, body: unknown, draft: Draft) {
  const form = addressShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderSignUp(c, draft, firstProblem(form.error));
  }
  const { email } = form.data;
  const refusal = await sendSignUpLink(c.var.runtime, readVisitor(c), { email, next: draft.next });
  if (refusal !== undefined) {
    refuse(c, refusal, 422);
    return renderSignUp(c, draft, refusal.problem);
  }
  return show(c, <CheckYourMail email={email} minutes={SIGN_UP_LINK_MINUTES} />);
}

async function renderSignUp(c: WebContext, draft: Draft, bad?: Told) {
  const { runtime } = c.var;
  const welcome = await findWelcome(runtime, draft);
  if ("problem" in welcome)
    return draft.token === undefined
      ? renderClosed(c, welcome.problem, draft.next)
      : show(c, <DeadLink problem={welcome.problem} again={withNext("/sign-up/", draft.next)} />, 410);
  return show(
    c,
    <Layout title={say("Create an account")} shape="dialog">
      <h1>
        <T>Create an account</T>
      </h1>
      {(await isUnused(runtime)) && (
        <p>
          <T>You are the first person here, so this account will be the operator’s.</T>
        </p>
      )}
      {welcome.asksForProof && (
        <p>
          <T>Enter the email address that you want to sign in with. We will send you a link.</T>
        </p>
      )}
      <Banner bad={bad} />
      {welcome.asksForProof ? (
        <AddressForm {...draft} />
      ) : (
        <AccountForm draft={draft} welcome={welcome} canMail={runtime.mailer.available} />
      )}
      <p>
        <T>Already have an account?</T>{" "}
        <a href={withNext("/login/", draft.next)}>
          <T>Sign in</T>
        </a>
      </p>
    </Layout>,
  );
}

function renderClosed(c: WebContext, problem: Told, next: string) {
  const { config, settings } = c.var.runtime;
  const invitation = config.signUp === "invitation" ? findInvitationLink(settings) : undefined;
  return show(
    c,
    <Layout title={say("Create an account")} shape="dialog">
      <h1>
        <T>Create an account</T>
      </h1>
      <Banner bad={problem} />
      {invitation !== undefined && (
        <p>
          <AskForInvitation href={invitation} />
        </p>
      )}
      <p>
        <T>Already have an account?</T>{" "}
        <a href={withNext("/login/", next)}>
          <T>Sign in</T>
        </a>
      </p>
    </Layout>,
    403,
  );
}
