/** A person's own account: who they are signed in as, their password, their sessions. */
import { z } from "zod";
import { newPasswordShape } from "../people/details.ts";
import { changePassword, hasPassword } from "../people/password.ts";
import type { Person } from "../people/people.ts";
import { chooseNotices, keepTimeZone } from "../people/preferences.ts";
import { signOut } from "../people/sign-in.ts";
import { isTimeZone } from "../sharing/schedule.ts";
import type { WebContext } from "./context.ts";
import { Notice, PasswordField } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { ZoneField } from "./parts/when-field.tsx";
import { appendCookies, readVisitor } from "./visitor.ts";

const formShape = z.object({
  currentPassword: z.string().min(1, "Enter your current password.").max(1_000),
  newPassword: newPasswordShape,
});

const news: Readonly<Record<string, string>> = {
  "password-changed": "Your password is changed. Other browsers are signed out.",
  preferences: "Your choice is saved.",
};

export async function showAccount(c: WebContext) {
  return renderAccount(c, { good: news[c.req.query("news") ?? ""] });
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

const preferencesShape = z.object({
  notices: z.enum(["none", "problems", "all"]),
  zone: z.string().refine(isTimeZone),
});

export async function submitPreferences(c: WebContext) {
  const form = preferencesShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, { bad: "Choose from what the form offers." });
  }
  await chooseNotices(c.var.runtime, c.var.person, form.data.notices);
  await keepTimeZone(c.var.runtime, c.var.person, form.data.zone);
  return c.redirect("/account/?news=preferences", 303);
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
      <Notice {...notice} />
      <h2>Mail and time</h2>
      <Preferences person={person} canMail={runtime.mailer.available} />
      <h2>Password</h2>
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

const choices = [
  ["problems", "What failed, or needs me"],
  ["all", "Every outcome"],
  ["none", "Nothing"],
] as const;

function Preferences({ person, canMail }: { person: Person; canMail: boolean }) {
  return (
    <form class="form" method="post" action="/account/preferences/">
      <fieldset class="when">
        <legend>Mail me about my shares</legend>
        {!canMail && <p class="note quiet">This service sends no mail at present.</p>}
        <div class="when-choice">
          {choices.map(([value, words]) => (
            <label>
              <input type="radio" name="notices" value={value} checked={person.mailNotices === value} />
              {words}
            </label>
          ))}
        </div>
      </fieldset>
      <ZoneField zone={person.timeZone ?? "UTC"} isGuess={person.timeZone === undefined} />
      <button class="button" type="submit">
        Save
      </button>
    </form>
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
