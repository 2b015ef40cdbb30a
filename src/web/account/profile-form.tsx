/** The name and email address section of the account settings. */

import type { Person } from "../../people/people.ts";
import { say } from "../../words/words.ts";
import { breakable } from "../frame/breakable.tsx";
import { EmailField } from "../frame/form.tsx";
import { T } from "../frame/words.tsx";
import { type FormProps, Refused, typedInto } from "./refused-form.tsx";

interface ProfileProps extends FormProps {
  readonly person: Person;
  readonly canMail: boolean;
}

export function Profile({ person, canMail, refused }: ProfileProps) {
  const name = typedInto("name", { refused }) ?? person.name;
  const mail = typedInto("mail", { refused });
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">
        <T>You</T>
      </h2>
      <form class="form in-line" method="post" action="/account/name/#profile">
        <Refused form="name" refused={refused} />
        <label>
          <T>Name</T>
          <input type="text" name="name" value={name} autocomplete="name" maxlength={100} required />
        </label>
        <button class="button" type="submit">
          <T>Change</T>
          <span class="unseen">
            {" "}
            <T>the name</T>
          </span>
        </button>
      </form>
      <p>
        <T mail={<strong>{breakable(person.email)}</strong>}>{"You sign in as {mail}."}</T>
      </p>
      {!person.isProven && <Unproven email={person.email} canMail={canMail} />}
      {canMail ? (
        <details class="more" open={mail !== undefined}>
          <summary>
            <T>Use another email address</T>
          </summary>
          <form class="form" method="post" action="/account/mail/#profile">
            <Refused form="mail" refused={refused} />
            <EmailField value={mail ?? ""} autocomplete="off" label={say("New email address")} />
            <button class="button" type="submit">
              <T>Email a link to the new address</T>
            </button>
          </form>
        </details>
      ) : (
        <p class="note quiet">
          <T>You can change it once this service sends email.</T>
        </p>
      )}
    </section>
  );
}

/** Says what an account lacks until its email address is verified, and how to verify it. */
function Unproven({ email, canMail }: { email: string; canMail: boolean }) {
  return canMail ? (
    <form class="form" method="post" action="/account/mail/#profile">
      <p class="banner">
        <T>
          Verify that this address is yours. Until then you can sign in only with your password, and if
          someone else verifies it first, this account is deleted with everything in it.
        </T>
      </p>
      <input type="hidden" name="email" value={email} />
      <button class="button primary" type="submit">
        <T>Email me a verification link</T>
      </button>
    </form>
  ) : (
    <p class="banner">
      <T>
        This service does not send email, so addresses cannot be verified. Until it does, you can sign in only
        with your password: passkeys and two-step sign-in need a verified address.
      </T>
    </p>
  );
}
