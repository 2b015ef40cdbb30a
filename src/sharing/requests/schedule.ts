/** The moment that a person chose, and what may still be done about a share that waits for it. */
import { Temporal } from "temporal-polyfill";
import { say, type Told } from "../../words/words.ts";

/** Sooner than that it is "now"; who needs longer to press the button is told so. */
const SOONEST_MS = 60_000;
const LATEST_MS = 366 * 86_400_000;

export type ChosenMoment = { readonly at: Date } | { readonly problem: Told };

/**
 * A time on a wall somewhere as a moment in time. Where clocks go back, the first of the two that read so.
 * @param chosen "2026-11-24T09:00" as a form sends it, and an IANA zone
 */
export function chooseMoment(
  chosen: { readonly at: string; readonly zone: string },
  now: Date,
): ChosenMoment {
  if (!isTimeZone(chosen.zone)) return { problem: say("Choose the time zone that you mean.") };
  const wall = readWall(chosen.at);
  if (wall === undefined) return { problem: say("Choose a day and a time.") };
  const moment = wall.toZonedDateTime(chosen.zone, { disambiguation: "compatible" });
  if (!moment.toPlainDateTime().equals(wall)) {
    const words = moment.toPlainTime().toString({ smallestUnit: "minute" });
    return {
      problem: say("Clocks go forward there that day and skip this time. The next valid time is {time}.", {
        time: words,
      }),
    };
  }
  const at = new Date(moment.epochMilliseconds);
  if (at.getTime() < now.getTime() + SOONEST_MS)
    return { problem: say("This time has passed: choose a later one, or share now.") };
  if (at.getTime() > now.getTime() + LATEST_MS) return { problem: say("Choose a time within a year.") };
  return { at };
}

/** What a form's field shows for a moment: "2026-11-24T09:00" */
export function showWall(at: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });
}

/** @param date "2026-11-24", and how many days after it */
export function startOfDay(date: string, zone: string, days = 0): Date {
  const start = Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(zone);
  return new Date(start.epochMilliseconds);
}

/** Older and newer names of one zone count alike: lists of zones hold only one of them. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function readWall(text: string): Temporal.PlainDateTime | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?$/.test(text)) return undefined;
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return undefined;
  }
}
