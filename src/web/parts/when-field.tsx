/** Now, or at a time of the person's choice. */

import type { Told } from "../../words/words.ts";
import { Sign } from "./icons.tsx";
import { Say, T } from "./words.tsx";

/** What the form says, as it was typed. */
export interface When {
  readonly isLater: boolean;
  /** "2026-11-24T09:00" */
  readonly at: string;
  readonly zone: string;
}

interface WhenFieldProps {
  readonly when: When;
  readonly problem: Told | undefined;
  /** The zone is a guess that the browser may better. */
  readonly isGuess: boolean;
}

export function WhenField({ when, problem, isGuess }: WhenFieldProps) {
  return (
    <fieldset class="when">
      <legend>
        <T>When</T>
      </legend>
      <div class="when-choice">
        <label>
          <input type="radio" name="when" value="now" checked={!when.isLater} />
          <T>Now</T>
        </label>
        <label>
          <input type="radio" name="when" value="later" checked={when.isLater} />
          <T>At a time</T>
        </label>
      </div>
      <WhenTime when={when} problem={problem} isGuess={isGuess} />
    </fieldset>
  );
}

export function WhenTime({ when, problem, isGuess }: WhenFieldProps) {
  return (
    <div class="when-time">
      <label>
        <T>Day and time</T>
        <input
          type="datetime-local"
          name="at"
          value={when.at}
          aria-describedby={problem === undefined ? undefined : "when-problem"}
          aria-invalid={problem === undefined ? undefined : "true"}
        />
      </label>
      <ZoneField zone={when.zone} isGuess={isGuess} />
      {problem !== undefined && (
        <p class="note bad" id="when-problem">
          <Sign name="alert" />
          <Say told={problem} />
        </p>
      )}
    </div>
  );
}

export function ZoneField({ zone, isGuess }: { zone: string; isGuess: boolean }) {
  return (
    <label>
      <T>Time zone</T>
      <select name="zone" data-guess={isGuess ? "" : undefined}>
        {[...new Set([...zones(), zone])].map((name) => (
          <option value={name} selected={name === zone}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}

let names: readonly string[] | undefined;

function zones(): readonly string[] {
  names ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  return names;
}
