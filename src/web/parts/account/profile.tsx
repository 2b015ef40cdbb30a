/** Name and mail address in the settings. */
import type { Person } from "../../../people/people.ts";
import { EmailField } from "../form.tsx";

export function Profile({ person, canMail }: { person: Person; canMail: boolean }) {
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">You</h2>
      <form class="form in-line" method="post" action="/account/name/">
        <label>
          Name
          <input type="text" name="name" value={person.name} autocomplete="name" maxlength={100} required />
        </label>
        <button class="button" type="submit">
          Change<span class="unseen"> the name</span>
        </button>
      </form>
      <p>
        You sign in as <strong>{person.email}</strong>.
      </p>
      {canMail ? (
        <details class="more">
          <summary>Use another mail address</summary>
          <form class="form" method="post" action="/account/mail/">
            <EmailField value="" autocomplete="off" label="New mail address" />
            <button class="button" type="submit">
              Mail me a link there
            </button>
          </form>
        </details>
      ) : (
        <p class="note quiet">It can be changed once this service sends mail.</p>
      )}
    </section>
  );
}
