/** A person's own account: who they are signed in as, their password, their sessions. */
import { z } from "zod";
import { newPasswordShape } from "../people/details.ts";
import { changePassword, hasPassword } from "../people/password.ts";
import { signOut } from "../people/sign-in.ts";
import type { WebContext } from "./context.ts";
import { Notice, PasswordField } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { appendCookies, readVisitor } from "./visitor.ts";

const formShape = z.object({
  currentPassword: z.string().min(1, "Enter your current password.").max(1_000),
  newPassword: newPasswordShape,
});

export async function showAccount(c: WebContext) {
  const good =
    c.req.query("news") === "password-changed"
      ? "Your password is changed. Other browsers are signed out."
      : undefined;
  return renderAccount(c, { good });
}

export async function submitPasswordChange(c: WebContext) {
  const form = formShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, { bad: form.error.issues[0]?.message });
  }
  const result = await changePassword(c.var.runtime, c.var.person, readVisitor(c), form.data);
  if ("problem" in result) {
    c.status(result.mustWait ? 429 : 422);
    return renderAccount(c, { bad: result.problem });
  }
  appendCookies(c, result.cookies);
  return c.redirect("/account/?news=password-changed", 303);
}

export async function submitSignOutEverywhere(c: WebContext) {
  appendCookies(c, await signOut(c.var.runtime, readVisitor(c), "everywhere"));
  return c.redirect("/login/?news=signed-out-everywhere", 303);
}

async function renderAccount(c: WebContext, notice: { good?: string | undefined; bad?: string | undefined }) {
  const { runtime, person } = c.var;
  return c.html(
    <Layout title="Your account" person={person} current="account">
      <h1>Your account</h1>
      <p>
        {person.name}, <strong>{person.email}</strong>
      </p>
      <h2>Password</h2>
      <Notice {...notice} />
      {(await hasPassword(runtime, person)) ? <ChangePassword /> : <MissingPassword email={person.email} />}
      <h2>Sessions</h2>
      <form class="form" method="post" action="/account/sign-out-everywhere/">
        <p>Signs you out in every browser, this one too.</p>
        <button class="button" type="submit">
          Sign out everywhere
        </button>
      </form>
    </Layout>,
  );
}

function ChangePassword() {
  return (
    <form class="form" method="post" action="/account/password/">
      <PasswordField label="Current password" name="currentPassword" autocomplete="current-password" />
      <PasswordField label="New password" name="newPassword" autocomplete="new-password" />
      <button class="button primary" type="submit">
        Change the password
      </button>
    </form>
  );
}

/** Who came by a link may set a first password by one too. */
function MissingPassword({ email }: { email: string }) {
  return (
    <form class="form" method="post" action="/login/reset/">
      <p>You have none: you sign in by mailed links.</p>
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="next" value="/account/" />
      <button class="button" type="submit">
        Mail me a link to choose one
      </button>
    </form>
  );
}
