/** The calendar: what is scheduled and what was posted, by month, week or day. On a phone it is an agenda. */
import { platformNames } from "../../platforms/platform.ts";
import { describeMoments, listCalendarMoments } from "../../sharing/record/calendar.ts";
import { showLocalTime, startOfDay } from "../../sharing/requests/schedule.ts";
import { say, type Told } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Banner } from "../frame/banner.tsx";
import { readNews } from "../frame/flash.ts";
import { MarkSymbols, Sign } from "../frame/icons.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { CalendarDay } from "./calendar-day.tsx";
import { groupByDay, listDays, nameWeekday } from "./calendar-days.ts";
import { type CalendarFields, calendarPath, readCalendarFields, type View } from "./calendar-fields.ts";
import { CalendarHead } from "./calendar-head.tsx";

/** Shares that a day shows; the others are on the day's own page. */
const SHOWN: Readonly<Record<View, number>> = { month: 3, week: 12, day: 500 };

/** GET /social/calendar/ */
export function showCalendar(c: WebContext) {
  return renderCalendar(c, readFields(c, c.req.query()), {
    good: readNews(c, { moved: say("The share was moved.") }),
  });
}

/** Returns the fields of the calendar that a query or form names. */
export function readFields(c: WebContext, from: Readonly<Record<string, unknown>>): CalendarFields {
  const { runtime, person } = c.var;
  return readCalendarFields(from, { now: runtime.now(), zone: person.timeZone ?? "UTC" });
}

interface News {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
}

/** Renders a calendar, with what just happened at the top. */
export async function renderCalendar(c: WebContext, fields: CalendarFields, { good, bad }: News) {
  const { runtime, person } = c.var;
  const zone = person.timeZone ?? "UTC";
  const { locale } = readWords(c);
  const { view } = fields;
  const { days, before, after } = listDays(fields, locale);
  const [first = fields.on] = days;
  const moments = await listCalendarMoments(runtime, person, {
    from: startOfDay(first, zone),
    until: startOfDay(first, zone, days.length),
  });
  const byDay = groupByDay(moments, days, zone);
  const shown = [...byDay.values()].flatMap((ofDay) => ofDay.slice(0, SHOWN[view]));
  const described = await describeMoments(runtime, person, shown);
  const today = showLocalTime(runtime.now(), zone).slice(0, 10);
  return show(
    c,
    <Layout
      title={say("Calendar")}
      person={person}
      current="calendar"
      address={calendarPath(fields)}
      head={<script src={assetPath("calendar.js")} type="module" />}
    >
      <CalendarHead {...{ fields, days, before, after, today }} />
      <Banner good={good} bad={bad} />
      <MarkSymbols platforms={platformNames} />
      <div class={`calendar by-${view}`}>
        {view !== "day" && (
          <div class="weekdays" aria-hidden="true">
            {days.slice(0, 7).map((day) => (
              <span>{nameWeekday(weekdayOf(day), locale)}</span>
            ))}
          </div>
        )}
        <ol class="days">
          {days.map((day) => {
            const ofDay = byDay.get(day) ?? [];
            const entries = ofDay
              .slice(0, SHOWN[view])
              .flatMap(({ requestId }) => described.get(requestId) ?? []);
            const more = Math.max(0, ofDay.length - SHOWN[view]);
            return <CalendarDay {...{ day, entries, more, today, zone, fields }} />;
          })}
        </ol>
      </div>
      <p class="actions">
        <a class="button small" href="/social/plan/">
          <Sign name="clock" />
          <T>Weekly plan</T>
        </a>
      </p>
      <form method="post" data-move hidden>
        <input type="hidden" name="day" />
        <input type="hidden" name="view" value={view} />
        <input type="hidden" name="on" value={fields.on} />
      </form>
    </Layout>,
  );
}

/** From 1 for Monday to 7 for Sunday. */
function weekdayOf(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay() || 7;
}
