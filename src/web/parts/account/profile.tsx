/** Name and mail address in the settings. */
import type { Person } from "../../../people/people.ts";
import { say } from "../../../words/words.ts";
import { EmailField } from "../form.tsx";
import { T } from "../words.tsx";

export function Profile({ person, canMail }: { person: Person; canMail: boolean }) {
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">
        <T>You</T>
      </h2>
      <form class="form in-line" method="post" action="/account/name/">
        <label>
          <T>Name</T>
          <input type="text" name="name" value={person.name} autocomplete="name" maxlength={100} required />
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
        <details class="more">
          <summary>
            <T>Use another mail address</T>
          </summary>
          <form class="form" method="post" action="/account/mail/">
            <EmailField value="" autocomplete="off" label={say("New mail address")} />
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
