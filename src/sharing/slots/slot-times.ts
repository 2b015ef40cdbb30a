/** When the slots of a weekly plan come round. */
import { Temporal } from "temporal-polyfill";
import { SOONEST_MS } from "../requests/schedule.ts";
import type { Slot } from "./plans.ts";

/** As far ahead as a share can be scheduled. */
const DAYS = 365;

/**
 * Yields the moments of the slots in order of time, from a minute ahead. A time that clocks skip comes an hour later on that day, and one
 * that comes twice is the first of them.
 * @param zone the time zone in which the plan is meant
 */
export function* listMoments(slots: readonly Slot[], zone: string, now: Date): Generator<Date> {
  const soonest = now.getTime() + SOONEST_MS;
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  for (let day = 0; day < DAYS; day += 1) {
    const date = today.add({ days: day });
    const moments = slots
      .filter(({ weekday }) => weekday === date.dayOfWeek)
      .map(({ time }) => date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds)
      .filter((moment) => moment >= soonest)
      .toSorted((one, other) => one - other);
    for (const moment of moments) yield new Date(moment);
  }
}
