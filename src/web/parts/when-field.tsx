/** Now, or at a time of the person's choice. */
import { Sign } from "./icons.tsx";

/** What the form says, as it was typed. */
export interface When {
  readonly isLater: boolean;
  /** "2026-11-24T09:00" */
  readonly at: string;
  readonly zone: string;
}

interface WhenFieldProps {
  readonly when: When;
  readonly problem: string | undefined;
  /** The zone is a guess that the browser may better. */
  readonly isGuess: boolean;
}

export function WhenField({ when, problem, isGuess }: WhenFieldProps) {
  return (
    <fieldset class="when">
      <legend>When</legend>
      <div class="when-choice">
        <label>
          <input type="radio" name="when" value="now" checked={!when.isLater} />
          Now
        </label>
        <label>
          <input type="radio" name="when" value="later" checked={when.isLater} />
          At a time
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
        Day and time
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
          {problem}
        </p>
      )}
    </div>
  );
}

export function ZoneField({ zone, isGuess }: { zone: string; isGuess: boolean }) {
  return (
    <label>
      Time zone
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
