/** One day of the calendar with its shares. */
import type { CalendarEntry } from "../../sharing/record/calendar.ts";
import { T, useWords } from "../frame/words.tsx";
import { nameDay } from "./calendar-days.ts";
import { CalendarItem, More } from "./calendar-entry.tsx";
import { type CalendarFields, calendarPath } from "./calendar-fields.ts";

interface CalendarDayProps {
  /** "2026-11-24" */
  readonly day: string;
  readonly entries: readonly CalendarEntry[];
  /** How many shares of the day have no place here. */
  readonly more: number;
  readonly today: string;
  readonly zone: string;
  readonly fields: CalendarFields;
}

export function CalendarDay({ day, entries, more, today, zone, fields }: CalendarDayProps) {
  const { locale } = useWords();
  const isOutside = fields.view === "month" && day.slice(0, 7) !== fields.on.slice(0, 7);
  const kind = [
    "day",
    day === today ? "today" : day < today ? "past" : "",
    isOutside ? "outside" : "",
    entries.length === 0 ? "free" : "",
  ];
  return (
    <li class={kind.filter(Boolean).join(" ")} data-day={day}>
      {fields.view !== "day" && (
        <h2 class="day-name">
          <a href={calendarPath({ view: "day", on: day })} aria-current={day === today ? "date" : undefined}>
            <span class="day-number" aria-hidden="true">
              {Number(day.slice(8))}
            </span>
            <span class="day-words">{nameDay(day, locale)}</span>
          </a>
        </h2>
      )}
      {entries.length > 0 && (
        <ul class="entries">
          {entries.map((entry) => (
            <CalendarItem entry={entry} zone={zone} fields={fields} />
          ))}
          {more > 0 && <More more={more} day={day} />}
        </ul>
      )}
      {entries.length === 0 && fields.view === "day" && (
        <p class="empty">
          <T>Nothing on this day.</T>
        </p>
      )}
    </li>
  );
}
