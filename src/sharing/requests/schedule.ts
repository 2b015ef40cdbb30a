/** Reads the moment for which a person schedules a share. */
import { Temporal } from "temporal-polyfill";
import { say, type Told } from "../../words/words.ts";

/** The shortest time ahead. A moment that passes before the person presses the button is refused. */
export const SOONEST_MS = 60_000;
const LATEST_MS = 366 * 86_400_000;

/** Which weekly plan to take a slot of. */
export interface SlotChoice {
  /** Undefined: the plan for any accounts. */
  readonly groupId: string | undefined;
  /** The person's time zone, in which the plan is meant. */
  readonly zone: string;
}

/** When a share goes out, as a form sends it. */
export interface When {
  /** "now", "later" for the local time in `at`, "slot" for `slot`, or the moment itself in ISO 8601, as of a quick choice. */
  readonly choice: string;
  /** "2026-11-24T09:00" */
  readonly at: string;
  /** An IANA time zone. */
  readonly zone: string;
  /** The plan whose next free slot it takes. */
  readonly slot?: SlotChoice | undefined;
}

/** A moment that people often choose. */
export interface QuickChoice {
  readonly name: "hour" | "tonight" | "tomorrow";
  readonly at: Date;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;
const TONIGHT = { hour: 20 };
const TOMORROW = { hour: 9 };

/** Returns the quick choices in their order. Only "hour" does not depend on the zone, so it alone is there without one. */
export function listQuickChoices(now: Date, zone: string | undefined): QuickChoice[] {
  const hour = new Date(Math.ceil((now.getTime() + HOUR_MS) / STEP_MS) * STEP_MS);
  const first = { name: "hour", at: hour } as const;
  if (zone === undefined) return [first];
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const at = (days: number, time: { hour: number }) =>
    new Date(
      today.add({ days }).toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) })
        .epochMilliseconds,
    );
  const tonight = at(0, TONIGHT);
  return [
    first,
    ...(tonight > hour ? [{ name: "tonight", at: tonight } as const] : []),
    { name: "tomorrow", at: at(1, TOMORROW) },
  ];
}

/** Reads when a share goes out. `at` is undefined for now, and for a slot, which is found when it is taken. */
export function chooseWhen(
  when: When,
  now: Date,
): { readonly at: Date | undefined } | { readonly problem: Told } {
  if (when.choice === "now" || when.slot !== undefined) return { at: undefined };
  if (when.choice === "later") return chooseMoment(when, now);
  return withinBounds(new Date(when.choice), now);
}

export type ChosenMoment = { readonly at: Date } | { readonly problem: Told };

/**
 * Converts a local time to a moment. If it occurs twice because clocks go back, the first one is meant.
 * @param chosen "2026-11-24T09:00" as a form sends it, and an IANA time zone
 * @returns the moment, or why it was not accepted
 */
export function chooseMoment(
  chosen: { readonly at: string; readonly zone: string },
  now: Date,
): ChosenMoment {
  if (!isTimeZone(chosen.zone)) return { problem: say("Choose a time zone.") };
  const local = readLocalTime(chosen.at);
  if (local === undefined) return { problem: say("Choose a date and a time.") };
  const moment = local.toZonedDateTime(chosen.zone, { disambiguation: "compatible" });
  if (!moment.toPlainDateTime().equals(local)) {
    const time = moment.toPlainTime().toString({ smallestUnit: "minute" });
    return {
      problem: say(
        "This time does not exist because clocks go forward on that day. The next time is {time}.",
        {
          time,
        },
      ),
    };
  }
  return withinBounds(new Date(moment.epochMilliseconds), now);
}

function withinBounds(at: Date, now: Date): ChosenMoment {
  if (at.getTime() < now.getTime() + SOONEST_MS)
    return { problem: say("This time has passed: choose a later one, or share now.") };
  if (at.getTime() > now.getTime() + LATEST_MS) return { problem: say("Choose a time within a year.") };
  return { at };
}

/** Converts a moment to the local time that a form field shows: "2026-11-24T09:00". */
export function showLocalTime(at: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });
}

/** Returns the moment at which a day begins in a time zone. @param date "2026-11-24" @param days how many days after it */
export function startOfDay(date: string, zone: string, days = 0): Date {
  const start = Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(zone);
  return new Date(start.epochMilliseconds);
}

/** Whether this is an IANA time zone, by its current or an older name: lists of zones hold only one of them. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function readLocalTime(text: string): Temporal.PlainDateTime | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?$/.test(text)) return undefined;
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return undefined;
  }
}
