/** The fields for when a share goes out: now, at a time that people often choose, or at any other. */
import {
  isTimeZone,
  listQuickChoices,
  type QuickChoice,
  showLocalTime,
  type When,
} from "../../../sharing/requests/schedule.ts";
import type { NextSlot } from "../../../sharing/slots/next-slot.ts";
import type { Told } from "../../../words/words.ts";
import { Sign } from "../../frame/icons.tsx";
import { formatSoon } from "../../frame/time.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { SlotChoices } from "./slot-choices.tsx";
import { ZoneField } from "./zone-field.tsx";

interface WhenFieldProps {
  readonly when: When;
  readonly problem: Told | undefined;
  readonly now: Date;
  /** The person's time zone; undefined where it is not known, so that the browser's is taken. */
  readonly zone: string | undefined;
  /** The free slots of the person's plans. */
  readonly slots: readonly NextSlot[];
}

export function WhenField({ when, problem, now, zone, slots }: WhenFieldProps) {
  const quick = listQuickChoices(now, zone);
  const shown = quick.some(({ at }) => at.toISOString() === when.choice) ? when : asTyped(when);
  const isLater = shown.choice === "later";
  const isGuess = zone === undefined && !isLater;
  return (
    <fieldset class="when" data-zone={zone}>
      <legend>
        <T>When</T>
      </legend>
      <div class="when-choice">
        <label class="chip">
          <input type="radio" name="when" value="now" checked={shown.choice === "now"} />
          <T>Now</T>
        </label>
        {quick.map((choice) => (
          <QuickTime {...choice} zone={zone} isChosen={choice.at.toISOString() === shown.choice} />
        ))}
        <SlotChoices slots={slots} chosen={when.slot} zone={zone} />
        <label class="chip">
          <input type="radio" name="when" value="later" checked={isLater} />
          <T>Pick a time</T>
        </label>
      </div>
      <WhenTime when={shown} problem={problem} isGuess={isGuess} isFolded={!isLater} now={now} />
    </fieldset>
  );
}

/** Turns a quick choice that is no longer offered into the same time in the fields. */
function asTyped(when: When): When {
  if (when.choice === "now" || when.choice === "later" || when.slot !== undefined) return when;
  return {
    ...when,
    choice: "later",
    at: showLocalTime(new Date(when.choice), isTimeZone(when.zone) ? when.zone : "UTC"),
  };
}

interface QuickTimeProps extends QuickChoice {
  readonly zone: string | undefined;
  readonly isChosen: boolean;
}

function QuickTime({ name, at, zone, isChosen }: QuickTimeProps) {
  const time = formatSoon(useWords(), at, zone);
  return (
    <label class="chip">
      <input
        type="radio"
        name="when"
        value={at.toISOString()}
        checked={isChosen}
        data-time={time}
        autocomplete="off"
      />
      {name === "hour" ? <T>In an hour</T> : name === "tonight" ? <T>Tonight</T> : <T>Tomorrow</T>}
      {zone !== undefined && <span class="quiet">{time}</span>}
    </label>
  );
}

interface WhenTimeProps {
  readonly when: When;
  readonly problem: Told | undefined;
  /** The time zone is a guess that the browser may replace with its own. */
  readonly isGuess: boolean;
  /**
   * Hidden until the person picks a time; a script then demands one. Without the script nothing does: a field that is hidden again
   * would keep its form from being sent.
   */
  readonly isFolded: boolean;
  readonly now: Date;
}

/** Where it is no earlier anywhere: the zone may still be changed. */
const LATEST_ZONE = "Etc/GMT+12";

function WhenTime({ when, problem, isGuess, isFolded, now }: WhenTimeProps) {
  const earliest = showLocalTime(now, LATEST_ZONE);
  return (
    <div class="when-time">
      <label>
        <T>Date and time</T>
        <input
          type="datetime-local"
          name="at"
          value={when.at}
          data-min={earliest}
          aria-describedby={problem === undefined ? undefined : "when-problem"}
          aria-invalid={problem === undefined ? undefined : "true"}
          autofocus={problem !== undefined}
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
