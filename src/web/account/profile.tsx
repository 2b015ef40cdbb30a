/** Changing one's name and email address, and the page that a mailed link opens. */
import { z } from "zod";
import { emailShape, nameShape } from "../../people/details.ts";
import { askForMailChange, changeMail, isProof, readMailChange, rename } from "../../people/profile.ts";
import { say } from "../../words/words.ts";
import { firstProblem } from "../frame/field-problem.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { DeadLink } from "../sign-in/mailed-link.tsx";
import { renderAccount, returnToAccount } from "./account.tsx";

const renameShape = z.object({ name: nameShape });
const mailShape = z.object({ email: emailShape });
const typedShape = z.object({ name: z.string().catch(""), email: z.string().catch("") });
const tokenShape = z.object({
  token: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .catch(""),
});

/** POST /account/name/: changes the person's name. */
export async function submitName(c: WebContext) {
  const body = await c.req.parseBody();
  const form = renameShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    const { name: typed } = typedShape.parse(body);
    return renderAccount(c, { refused: { form: "name", bad: firstProblem(form.error), typed } });
  }
  await rename(c.var.runtime, c.var.person, readVisitor(c), form.data.name);
  return returnToAccount(c, "name");
}

/** POST /account/mail/: mails a link to a new address, or one that verifies the current address. */
export async function submitMailChange(c: WebContext) {
  const body = await c.req.parseBody();
  const form = mailShape.safeParse(body);
  const { email: typed } = typedShape.parse(body);
  if (!form.success) {
    c.status(422);
    return renderAccount(c, { refused: { form: "mail", bad: firstProblem(form.error), typed } });
  }
  const refusal = await askForMailChange(c.var.runtime, c.var.person, readVisitor(c), form.data.email);
  if (refusal === undefined)
    return returnToAccount(c, form.data.email === c.var.person.email ? "proof-asked" : "mail-asked");
  refuse(c, refusal, 422);
  return renderAccount(c, { refused: { form: "mail", bad: refusal.problem, typed } });
}

/** GET /account/mail/. Does not use the link up: mail scanners open links before people do, and each works once. */
export async function showMailChange(c: WebContext) {
  const { token } = tokenShape.parse(c.req.query());
  const change = await readMailChange(c.var.runtime, c.var.person, token);
  if ("problem" in change) return show(c, <DeadLink problem={change.problem} again="/account/" />, 410);
  if (isProof(change)) return renderProof(c, token, change.to);
  return show(
    c,
    <Layout title={say("Your new email address")} person={c.var.person} shape="dialog">
      <h1>
        <T>Your new email address</T>
      </h1>
      <p>
        <T to={<strong>{change.to}</strong>} from={change.from}>
          {"From now on you will sign in as {to} instead of {from}."}
        </T>
      </p>
      <form class="form" method="post" action="/account/mail/confirm/">
        <input type="hidden" name="token" value={token} />
        <button class="button primary" type="submit">
          <T>Use the new address</T>
        </button>
        <a class="button" href="/account/">
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}

/** POST /account/mail/confirm/: uses the mailed link. */
export async function confirmMailChange(c: WebContext) {
  const { token } = tokenShape.parse(await c.req.parseBody());
  const done = await changeMail(c.var.runtime, c.var.person, readVisitor(c), token);
  if ("problem" in done) return show(c, <DeadLink problem={done.problem} again="/account/" />, 410);
  appendCookies(c, done.cookies);
  return returnToAccount(c, isProof(done.change) ? "proved" : "mail");
}

function renderProof(c: WebContext, token: string, address: string) {
  return show(
    c,
    <Layout title={say("Your email address")} person={c.var.person} shape="dialog">
      <h1>
        <T>Your email address</T>
      </h1>
      <p>
        <T mail={<strong>{address}</strong>}>{"Confirm that {mail} is your email address."}</T>
      </p>
      <form class="form" method="post" action="/account/mail/confirm/">
        <input type="hidden" name="token" value={token} />
        <button class="button primary" type="submit">
          <T>Yes, it is mine</T>
        </button>
        <a class="button" href="/account/">
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}
