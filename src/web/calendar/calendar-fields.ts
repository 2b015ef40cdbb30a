/** The query of the calendar: its view and the day that it shows. */
import { z } from "zod";
import { showLocalTime } from "../../sharing/requests/schedule.ts";

const views = ["month", "week", "day"] as const;
export type View = (typeof views)[number];

const shape = z.object({
  view: z.enum(views).catch("month"),
  on: z.iso
    .date()
    .refine((day) => day >= "2000-01-01" && day <= "2100-01-01")
    .optional()
    .catch(undefined),
});

export interface CalendarFields {
  readonly view: View;
  /** A day of the month, of the week, or the day itself: "2026-11-24". */
  readonly on: string;
}

/** Reads a query or a form. What is not valid becomes this month. */
export function readCalendarFields(
  from: Readonly<Record<string, unknown>>,
  { now, zone }: { readonly now: Date; readonly zone: string },
): CalendarFields {
  const { view, on } = shape.parse(from);
  return { view, on: on ?? showLocalTime(now, zone).slice(0, 10) };
}

/** Returns the path of a calendar. @param more further parameters */
export function calendarPath(
  { view, on }: CalendarFields,
  more: Readonly<Record<string, string>> = {},
): string {
  return `/social/calendar/?${new URLSearchParams({ view, on, ...more })}`;
}
