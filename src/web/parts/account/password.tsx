/** The password in the settings. */
import { PasswordField } from "../form.tsx";

export function Password({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">Password</h2>
      {hasPassword ? <ChangePassword /> : <MissingPassword email={email} />}
    </section>
  );
}

function ChangePassword() {
  return (
    <form class="form" method="post" action="/account/password/">
      <PasswordField label="Current password" name="currentPassword" autocomplete="current-password" />
      <PasswordField label="New password" name="newPassword" autocomplete="new-password" />
      <button class="button" type="submit">
        Change the password
      </button>
    </form>
  );
}

/** Who came by a link may set a first password by one too. */
function MissingPassword({ email }: { email: string }) {
  return (
    <form class="form" method="post" action="/login/reset/">
      <p>You have none: you sign in another way.</p>
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="next" value="/account/" />
      <button class="button" type="submit">
        Mail me a link to choose one
      </button>
    </form>
  );
}
