/** The days that a calendar shows, and the steps to the ones before and after. */
import { Temporal } from "temporal-polyfill";
import { startOfDay } from "../../sharing/requests/schedule.ts";
import type { CalendarFields, View } from "./calendar-fields.ts";

declare global {
  namespace Intl {
    /** In Node since version 21, but not in TypeScript's library yet. */
    interface Locale {
      getWeekInfo(): { readonly firstDay: number };
    }
  }
}

interface CalendarDays {
  /** "2026-11-24", in order. */
  readonly days: readonly string[];
  /** The day that the view before this one is opened on, and the one after. */
  readonly before: string;
  readonly after: string;
}

/** Returns the days of a view. A month has whole weeks. @param locale for the first day of the week */
export function listDays({ view, on }: CalendarFields, locale: string): CalendarDays {
  const day = Temporal.PlainDate.from(on);
  const step = { month: { months: 1 }, week: { weeks: 1 }, day: { days: 1 } }[view];
  const around = {
    before: day.subtract(step).toString(),
    after: day.add(step).toString(),
  };
  if (view === "day") return { days: [on], ...around };
  const first = view === "month" ? day.with({ day: 1 }) : day;
  const last = view === "month" ? day.with({ day: day.daysInMonth }) : day;
  const start = first.subtract({ days: (first.dayOfWeek - firstWeekday(locale) + 7) % 7 });
  const weeks = Math.ceil((start.until(last).days + 1) / 7);
  const days = Array.from({ length: weeks * 7 }, (_, index) => start.add({ days: index }).toString());
  return { days, ...around };
}

/** Returns the first day of the week where this language is spoken, from 1 for Monday to 7 for Sunday. */
function firstWeekday(locale: string): number {
  return new Intl.Locale(locale).getWeekInfo().firstDay;
}

/** Returns the days of the week in the order of a language: 1 for Monday to 7 for Sunday. */
export function listWeekdays(locale: string): number[] {
  const first = firstWeekday(locale);
  return Array.from({ length: 7 }, (_, index) => ((first - 1 + index) % 7) + 1);
}

const shapes: Readonly<Record<View, Intl.DateTimeFormatOptions>> = {
  month: { month: "long", year: "numeric" },
  week: { day: "numeric", month: "long", year: "numeric" },
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};

/** Returns what a view is called: "November 2026", "23 – 29 November 2026", "Tuesday 24 November 2026". */
export function nameView({ view, on }: CalendarFields, days: readonly string[], locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { ...shapes[view], timeZone: "UTC" });
  const name =
    view === "week"
      ? format.formatRange(noonOf(days[0] ?? on), noonOf(days.at(-1) ?? on))
      : format.format(noonOf(on));
  // As a heading it begins with a capital letter, in languages where months do not.
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

/** Returns the short name of a day of the week, from 1 for Monday to 7 for Sunday. */
export function nameWeekday(weekday: number, locale: string, width: "short" | "long" = "short"): string {
  // The first of January 2024 was a Monday.
  const day = noonOf(`2024-01-0${weekday}`);
  return new Intl.DateTimeFormat(locale, { weekday: width, timeZone: "UTC" }).format(day);
}

/** Returns a day as it is read: "Tue 24 November". */
export function nameDay(day: string, locale: string): string {
  const shape = { weekday: "short", day: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale, shape).format(noonOf(day));
}

function noonOf(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}

/**
 * Returns moments by the day on which they are in a time zone. Converting each of thousands takes longer than the page may.
 * @param moments soonest first, all within the days
 */
export function groupByDay<T extends { readonly at: Date }>(
  moments: readonly T[],
  days: readonly string[],
  zone: string,
): ReadonlyMap<string, readonly T[]> {
  const ends = days.map((day) => startOfDay(day, zone, 1));
  const byDay = new Map<string, T[]>(days.map((day) => [day, []]));
  let today = 0;
  for (const moment of moments) {
    while (today < days.length - 1 && moment.at >= (ends[today] ?? moment.at)) today += 1;
    byDay.get(days[today] ?? "")?.push(moment);
  }
  return byDay;
}
