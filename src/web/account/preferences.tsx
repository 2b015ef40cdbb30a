/** The mail, time zone and language section of the account settings. */
import type { Person } from "../../people/people.ts";
import { languageNames, languages } from "../../words/languages.ts";
import { say } from "../../words/words.ts";
import { Say, T } from "../frame/words.tsx";
import { ZoneField } from "../share/when/zone-field.tsx";
import { type FormProps, Refused } from "./refused-form.tsx";

const choices = [
  ["problems", say("Problems only")],
  ["all", say("All results")],
  ["none", say("Nothing")],
] as const;

interface PreferencesProps extends FormProps {
  readonly person: Person;
  readonly canMail: boolean;
}

export function Preferences({ person, canMail, refused }: PreferencesProps) {
  return (
    <section class="card" aria-labelledby="preferences">
      <h2 id="preferences">
        <T>Email, time and language</T>
      </h2>
      <form class="form" method="post" action="/account/preferences/#preferences">
        <Refused form="preferences" refused={refused} />
        <fieldset class="when">
          <legend>
            <T>Email me about my shares</T>
          </legend>
          {!canMail && (
            <p class="note quiet">
              <T>This service does not send email at the moment.</T>
            </p>
          )}
          <div class="when-choice">
            {choices.map(([value, words]) => (
              <label class="chip">
                <input type="radio" name="notices" value={value} checked={person.mailNotices === value} />
                <Say told={words} />
              </label>
            ))}
          </div>
        </fieldset>
        <ZoneField zone={person.timeZone ?? "UTC"} isGuess={person.timeZone === undefined} isFolded={false} />
        <label>
          <T>Language</T>
          <select name="language">
            <option value="">
              <T>Same as my browser</T>
            </option>
            {languages.map((language) => (
              <option value={language} lang={language} selected={person.language === language}>
                {languageNames[language]}
              </option>
            ))}
          </select>
        </label>
        <button class="button" type="submit">
          <T>Save</T>
        </button>
      </form>
    </section>
  );
}
