/** The fields for when a share goes out: now, or at a chosen time. */
import type { NextSlot, SlotChoice } from "../../sharing/slots/next-slot.ts";
import type { Told } from "../../words/words.ts";
import { Sign } from "../frame/icons.tsx";
import { Say, T } from "../frame/words.tsx";
import { SlotChoices } from "./slot-choices.tsx";

/** The form's values as they were typed. */
export interface When {
  readonly isLater: boolean;
  /** "2026-11-24T09:00" */
  readonly at: string;
  readonly zone: string;
  /** The plan of which it takes the next free slot. */
  readonly slot?: SlotChoice | undefined;
}

interface WhenFieldProps {
  readonly when: When;
  readonly problem: Told | undefined;
  /** The time zone is a guess that the browser may replace with its own. */
  readonly isGuess: boolean;
}

export function WhenField({
  when,
  problem,
  isGuess,
  slots = [],
}: WhenFieldProps & { readonly slots?: readonly NextSlot[] }) {
  return (
    <fieldset class="when">
      <legend>
        <T>When</T>
      </legend>
      <div class="when-choice">
        <label>
          <input type="radio" name="when" value="now" checked={!when.isLater && when.slot === undefined} />
          <T>Now</T>
        </label>
        <SlotChoices slots={slots} chosen={when.slot} zone={when.zone} />
        <label>
          <input type="radio" name="when" value="later" checked={when.isLater} />
          <T>Pick a time</T>
        </label>
      </div>
      <WhenTime when={when} problem={problem} isGuess={isGuess} isFolded={!when.isLater} />
    </fieldset>
  );
}

/** @param isFolded hidden until the person picks a time */
function WhenTime({ when, problem, isGuess, isFolded }: WhenFieldProps & { isFolded: boolean }) {
  return (
    <div class="when-time">
      <label>
        <T>Date and time</T>
        <input
          type="datetime-local"
          name="at"
          value={when.at}
          aria-describedby={problem === undefined ? undefined : "when-problem"}
          aria-invalid={problem === undefined ? undefined : "true"}
        />
      </label>
      <ZoneField zone={when.zone} isGuess={isGuess} isFolded={isFolded} />
      {problem !== undefined && (
        <p class="note bad" id="when-problem">
          <Sign name="alert" />
          <Say told={problem} />
        </p>
      )}
    </div>
  );
}

interface ZoneFieldProps {
  readonly zone: string;
  readonly isGuess: boolean;
  /** Building 400 options takes a quarter of the page's load time, so submit.js adds them once a time is picked. */
  readonly isFolded: boolean;
}

export function ZoneField({ zone, isGuess, isFolded }: ZoneFieldProps) {
  const field = (
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
  return isFolded ? <noscript>{field}</noscript> : field;
}

let names: readonly string[] | undefined;

function zones(): readonly string[] {
  names ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  return names;
}
