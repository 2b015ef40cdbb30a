/** The head of the calendar: what it shows, the ways back and forth, and the choice of the view. */
import { say, type Told } from "../../words/words.ts";
import { Sign } from "../frame/icons.tsx";
import { Say, T, useWords } from "../frame/words.tsx";
import { nameView } from "./calendar-days.ts";
import { type CalendarFields, calendarPath, type View } from "./calendar-fields.ts";

const viewNames: Readonly<Record<View, Told>> = {
  month: say("Month"),
  week: say("Week"),
  day: say("Day"),
};

interface CalendarHeadProps {
  readonly fields: CalendarFields;
  readonly days: readonly string[];
  /** The day that the view before this one is opened on, and the one after. */
  readonly before: string;
  readonly after: string;
  readonly today: string;
}

export function CalendarHead({ fields, days, before, after, today }: CalendarHeadProps) {
  const { t, locale } = useWords();
  const { view } = fields;
  return (
    <div class="calendar-head">
      <h1>
        <span class="unseen">
          <T>Calendar</T>
          {": "}
        </span>
        {nameView(fields, days, locale)}
      </h1>
      <div class="calendar-steps">
        <a class="button small" href={calendarPath({ view, on: before })} rel="prev" title={t("Earlier")}>
          <Sign name="back" />
          <span class="unseen">
            <T>Earlier</T>
          </span>
        </a>
        <a class="button small" href={calendarPath({ view, on: today })}>
          <T>Today</T>
        </a>
        <a class="button small" href={calendarPath({ view, on: after })} rel="next" title={t("Later")}>
          <Sign name="forth" />
          <span class="unseen">
            <T>Later</T>
          </span>
        </a>
      </div>
      <ul class="calendar-views" aria-label={t("View")}>
        {(["month", "week", "day"] as const).map((name) => (
          <li>
            <a
              class="chip"
              href={calendarPath({ ...fields, view: name })}
              aria-current={name === view ? "true" : undefined}
            >
              <Say told={viewNames[name]} />
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
