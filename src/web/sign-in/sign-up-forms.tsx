/** The two forms of the sign-up page: for an email address alone, and for a whole account. */
import type { Welcome } from "../../people/sign-up/welcome.ts";
import { say } from "../../words/words.ts";
import { EmailField, NextField, PasswordField } from "../frame/form.tsx";
import { T } from "../frame/words.tsx";
import type { Draft } from "./sign-up.tsx";

export function AddressForm({ email, next }: Draft) {
  return (
    <form class="form" method="post" action="/sign-up/">
      <NextField next={next} />
      <EmailField value={email} />
      <button class="button primary" type="submit">
        <T>Email me the link</T>
      </button>
    </form>
  );
}

interface AccountFormProps {
  readonly draft: Draft;
  readonly welcome: Welcome;
  readonly canMail: boolean;
}

export function AccountForm({ draft, welcome: { address }, canMail }: AccountFormProps) {
  const { name, email, next, invitation, token } = draft;
  return (
    <form class="form" method="post" action="/sign-up/">
      <NextField next={next} />
      {invitation !== undefined && <input type="hidden" name="invitation" value={invitation} />}
      {token !== undefined && <input type="hidden" name="token" value={token} />}
      <label>
        <T>Name</T>
        <input type="text" name="name" value={name} autocomplete="name" maxlength={100} required />
      </label>
      <EmailField value={address ?? email} readonly={address !== undefined} />
      <PasswordField label={say("Password")} name="password" autocomplete="new-password" />
      {!canMail && (
        <p class="note quiet">
          <T>This service does not send email. Keep your password safe: only the operator can reset it.</T>
        </p>
      )}
      <button class="button primary" type="submit">
        <T>Create the account</T>
      </button>
    </form>
  );
}
