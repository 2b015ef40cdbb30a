/** A share in the calendar: when, what, to which networks, and how it stands. */
import type { CalendarEntry } from "../../sharing/record/calendar.ts";
import { showLocalTime } from "../../sharing/requests/schedule.ts";
import { isUntouched } from "../../sharing/requests/untouched.ts";
import { say, type Told } from "../../words/words.ts";
import { MarkReference, Sign, type SignName } from "../frame/icons.tsx";
import { T, useWords } from "../frame/words.tsx";
import { type CalendarFields, calendarPath } from "./calendar-fields.ts";

interface EntryState {
  readonly label: Told;
  readonly sign: SignName;
  readonly tone: string;
}

interface CalendarItemProps {
  readonly entry: CalendarEntry;
  readonly zone: string;
  /** The view that it is in, to come back to. */
  readonly fields: CalendarFields;
}

export function CalendarItem({ entry, zone, fields }: CalendarItemProps) {
  const { t, locale } = useWords();
  const { id, at, page, platforms, tally } = entry;
  const { label, sign, tone } = stateOf(entry);
  const isMovable = isUntouched(tally);
  const local = showLocalTime(at, zone);
  const time = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const back = new URLSearchParams({ view: fields.view, on: fields.on });
  return (
    <li class={`entry ${tone}`} id={`entry-${id}`} data-movable={isMovable ? id : undefined}>
      <a class="entry-link" href={`/social/share/${id}/`}>
        <span class="entry-time">
          <Sign name={sign} />
          <time datetime={at.toISOString()} data-local={local}>
            {time}
          </time>
          <span class="unseen">{` ${t(label)}: `}</span>
        </span>
        <span class="entry-title">{page.title}</span>
        {platforms.length > 0 && (
          <span class="entry-networks">
            {platforms.map((platform) => (
              <MarkReference platform={platform} />
            ))}
          </span>
        )}
      </a>
      {isMovable && (
        <a class="entry-move" href={`/social/share/${id}/move/?${back}`} title={t("Move")}>
          <Sign name="move" />
          <span class="unseen">
            <T title={page.title}>{"Move “{title}”"}</T>
          </span>
        </a>
      )}
    </li>
  );
}

function stateOf({ tally: { counts, overdue } }: CalendarEntry): EntryState {
  if (counts.trouble > 0)
    return { label: say("Needs attention"), sign: overdue > 0 ? "clock" : "alert", tone: "doubt" };
  if (counts.open > 0) return { label: say("Sending"), sign: "turning", tone: "busy" };
  if (counts.scheduled > 0) return { label: say("Scheduled"), sign: "clock", tone: "to-come" };
  if (counts.posted > 0) return { label: say("Posted"), sign: "check", tone: "good" };
  return { label: say("Deleted"), sign: "stop", tone: "over" };
}

interface MoreProps {
  readonly more: number;
  readonly day: string;
}

/** Leads to everything on a day that has more than its place in the calendar shows. */
export function More({ more, day }: MoreProps) {
  return (
    <li class="entry-more">
      <a href={calendarPath({ view: "day", on: day })}>
        <T more={more}>{"+{more, number} more"}</T>
      </a>
    </li>
  );
}
