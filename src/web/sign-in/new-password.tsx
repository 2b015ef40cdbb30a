/** The page that a password reset link opens: choosing a new password. */
import { z } from "zod";
import { newPasswordShape } from "../../people/details.ts";
import { readPasswordReset } from "../../people/password/password-links.ts";
import { resetPassword } from "../../people/password/reset-password.ts";
import { LINK_OVER } from "../../people/people.ts";
import { listPasskeys, type Passkey } from "../../people/second-factor/passkeys.ts";
import { say, type Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { firstProblem } from "../frame/field-problem.tsx";
import { EmailField, NextField, PasswordField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { showWait } from "../guards/limited.ts";
import { linkShape, withNext } from "../guards/next.ts";
import { readVisitor } from "../guards/visitor.ts";
import { DeadLink } from "./mailed-link.tsx";
import { requestPage } from "./password-reset.tsx";

const choiceShape = z.object({ password: newPasswordShape });
const MOST_PASSKEYS = 100;
const endedShape = z
  .union([
    z.array(z.string().max(100)).max(MOST_PASSKEYS),
    z
      .string()
      .max(100)
      .transform((id) => [id]),
  ])
  .catch([]);

/** GET /login/reset/new/: asks for a new password. */
export async function showNewPassword(c: WebContext) {
  const { token, next } = linkShape.parse(c.req.query());
  return renderChoice(c, { token, next, endedPasskeys: [] });
}

/** POST /login/reset/new/: sets the password and signs the person out everywhere. */
export async function submitNewPassword(c: WebContext) {
  const body = await c.req.parseBody({ all: true });
  const { token, next } = linkShape.parse(body);
  const endedPasskeys = endedShape.parse(body.endedPasskey);
  const form = choiceShape.safeParse(body);
  if (!form.success) {
    c.status(422);
    return renderChoice(c, { token, next, endedPasskeys, bad: firstProblem(form.error) });
  }
  const refusal = await resetPassword(c.var.runtime, readVisitor(c), {
    ...{ token, endedPasskeys },
    newPassword: form.data.password,
  });
  if (refusal !== undefined && "weak" in refusal) {
    c.status(422);
    return renderChoice(c, { token, next, endedPasskeys, bad: refusal.problem });
  }
  if (refusal !== undefined) {
    if (refusal.waitSeconds !== undefined) return showWait(c, refusal);
    return show(c, <DeadLink problem={refusal.problem} again={requestPage(c, next)} />, 410);
  }
  return c.redirect(withNext("/login/", next, { news: "password-changed" }), 303);
}

interface Choice {
  readonly token: string;
  readonly next: string;
  readonly endedPasskeys: readonly string[];
  readonly bad?: Told | undefined;
}

async function renderChoice(c: WebContext, { token, next, endedPasskeys, bad }: Choice) {
  const reset = await readPasswordReset(c.var.runtime, token);
  if (reset === undefined) return show(c, <DeadLink problem={LINK_OVER} again={requestPage(c, next)} />, 410);
  const passkeys = await listPasskeys(c.var.runtime, { id: reset.userId });
  return show(
    c,
    <Layout title={say("Choose a new password")} shape="dialog">
      <h1>
        <T>Choose a new password</T>
      </h1>
      <p>
        <T>This signs you out everywhere. Then sign in with the new password.</T>
      </p>
      <Banner bad={bad} />
      <form class="form" method="post" action="/login/reset/new/">
        <NextField next={next} />
        <input type="hidden" name="token" value={token} />
        <EmailField value={reset.email} readonly />
        <PasswordField label={say("New password")} name="password" autocomplete="new-password" />
        <KeptPasskeys passkeys={passkeys} ended={endedPasskeys} />
        <button class="button primary" type="submit">
          <T>Change the password</T>
        </button>
      </form>
    </Layout>,
  );
}

/** A new password leaves passkeys working, so the page lists them and offers to remove them. */
function KeptPasskeys({ passkeys, ended }: { passkeys: readonly Passkey[]; ended: readonly string[] }) {
  const { t } = useWords();
  if (passkeys.length === 0) return null;
  return (
    <fieldset class="when">
      <legend>
        <T>Passkeys can sign in to your account too. Tick any that are not yours to remove them:</T>
      </legend>
      <div class="when-choice">
        {passkeys.map(({ id, name, createdAt }) => (
          <label class="chip">
            <input type="checkbox" name="endedPasskey" value={id} checked={ended.includes(id)} />
            <span>
              {name || t("A passkey")}{" "}
              <span class="quiet">
                <T moment={<Moment at={createdAt} />}>{"added {moment}"}</T>
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
