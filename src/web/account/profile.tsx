/** Name and mail address: the forms, and the page that a mailed link opens. */
import { z } from "zod";
import { emailShape, nameShape } from "../../people/details.ts";
import { LINK_OVER } from "../../people/people.ts";
import { askForMailChange, changeMail, readMailChange, rename } from "../../people/profile.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { Layout } from "../parts/layout.tsx";
import { DeadLink } from "../parts/mailed-link.tsx";
import { T } from "../parts/words.tsx";
import { show } from "../show.tsx";
import { readVisitor } from "../visitor.ts";
import { renderAccount, returnToAccount } from "./account.tsx";

const renameShape = z.object({ name: nameShape });
const mailShape = z.object({ email: emailShape });
const tokenShape = z.object({
  token: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .catch(""),
});

export async function submitName(c: WebContext) {
  const form = renameShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, { bad: form.error.issues[0]?.message });
  }
  await rename(c.var.runtime, c.var.person, readVisitor(c), form.data.name);
  return returnToAccount(c, "name");
}

export async function submitMailChange(c: WebContext) {
  const form = mailShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, { bad: form.error.issues[0]?.message });
  }
  const refusal = await askForMailChange(c.var.runtime, c.var.person, readVisitor(c), form.data.email);
  if (refusal === undefined) return returnToAccount(c, "mail-asked");
  c.status(refusal.mustWait ? 429 : 422);
  return renderAccount(c, { bad: refusal.problem });
}

/** Only looks at the link: programs that scan mail open it before people do, and it works once. */
export async function showMailChange(c: WebContext) {
  const { token } = tokenShape.parse(c.req.query());
  const change = await readMailChange(c.var.runtime, c.var.person, token);
  if (change === undefined) return show(c, <DeadLink problem={LINK_OVER} again="/account/" />, 410);
  return show(
    c,
    <Layout title={say("Your new mail address")} person={c.var.person} shape="dialog">
      <h1>
        <T>Your new mail address</T>
      </h1>
      <p>
        <T to={<strong>{change.to}</strong>} from={change.from}>
          {"From now on you sign in as {to}, no longer as {from}."}
        </T>
      </p>
      <form class="form" method="post" action="/account/mail/confirm/">
        <input type="hidden" name="token" value={token} />
        <button class="button primary" type="submit">
          <T>Use the new address</T>
        </button>
        <a class="button" href="/account/">
          <T>Leave it</T>
        </a>
      </form>
    </Layout>,
  );
}

export async function confirmMailChange(c: WebContext) {
  const { token } = tokenShape.parse(await c.req.parseBody());
  const refusal = await changeMail(c.var.runtime, c.var.person, readVisitor(c), token);
  if (refusal === undefined) return returnToAccount(c, "mail");
  return show(c, <DeadLink problem={refusal.problem} again="/account/" />, 410);
}
