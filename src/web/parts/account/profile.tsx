/** Name and mail address in the settings. */
import type { Person } from "../../../people/people.ts";
import { say } from "../../../words/words.ts";
import { EmailField } from "../form.tsx";
import { T } from "../words.tsx";
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
        <T mail={<strong>{person.email}</strong>}>{"You sign in as {mail}."}</T>
      </p>
      {canMail ? (
        <details class="more" open={mail !== undefined}>
          <summary>
            <T>Use another mail address</T>
          </summary>
          <form class="form" method="post" action="/account/mail/#profile">
            <Refused form="mail" refused={refused} />
            <EmailField value={mail ?? ""} autocomplete="off" label={say("New mail address")} />
            <button class="button" type="submit">
              <T>Mail me a link there</T>
            </button>
          </form>
        </details>
      ) : (
        <p class="note quiet">
          <T>It can be changed once this service sends mail.</T>
        </p>
      )}
    </section>
  );
}
