/** Reads the moment for which a person schedules a share. */
import { Temporal } from "temporal-polyfill";
import { say, type Told } from "../../words/words.ts";

/** The shortest time ahead. A moment that passes before the person presses the button is refused. */
export const SOONEST_MS = 60_000;
const LATEST_MS = 366 * 86_400_000;

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
  const at = new Date(moment.epochMilliseconds);
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
