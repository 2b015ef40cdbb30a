/** The password section of the account settings. */
import { say } from "../../words/words.ts";
import { PasswordField } from "../frame/form.tsx";
import { T } from "../frame/words.tsx";
import { type FormProps, Refused } from "./refused-form.tsx";

interface PasswordProps extends FormProps {
  readonly email: string;
  readonly hasPassword: boolean;
}

export function Password({ email, hasPassword, refused }: PasswordProps) {
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">
        <T>Password</T>
      </h2>
      {hasPassword ? <ChangePassword refused={refused} /> : <MissingPassword email={email} />}
    </section>
  );
}

function ChangePassword({ refused }: FormProps) {
  return (
    <form class="form" method="post" action="/account/password/#password">
      <Refused form="password" refused={refused} />
      <PasswordField label={say("Current password")} name="currentPassword" autocomplete="current-password" />
      <PasswordField label={say("New password")} name="newPassword" autocomplete="new-password" />
      <button class="button" type="submit">
        <T>Change the password</T>
      </button>
    </form>
  );
}

/** A person who signed up without a password can set one by a mailed link. */
function MissingPassword({ email }: { email: string }) {
  return (
    <form class="form" method="post" action="/login/reset/">
      <p>
        <T>You have no password: you sign in another way.</T>
      </p>
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="next" value="/account/" />
      <button class="button" type="submit">
        <T>Email me a link to choose a password</T>
      </button>
    </form>
  );
}
