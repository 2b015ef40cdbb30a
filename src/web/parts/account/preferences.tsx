/** What a person is mailed, and the zone of their times, in the settings. */
import type { Person } from "../../../people/people.ts";
import { ZoneField } from "../when-field.tsx";

const choices = [
  ["problems", "What failed, or needs me"],
  ["all", "Every outcome"],
  ["none", "Nothing"],
] as const;

export function Preferences({ person, canMail }: { person: Person; canMail: boolean }) {
  return (
    <section class="card" aria-labelledby="preferences">
      <h2 id="preferences">Mail and time</h2>
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
    </section>
  );
}
