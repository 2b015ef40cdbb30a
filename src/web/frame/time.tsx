/** Dates and times in the reader's language and time zone, or in UTC where the zone is not known. */
import type { Words } from "../../words/words.ts";
import { useWords } from "./words.tsx";

type Shape = "brief" | "day" | "moment" | "slot" | "clock" | "soon";

const shapes: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  brief: { day: "numeric", month: "short" },
  day: { weekday: "short", day: "numeric", month: "long" },
  moment: {
    ...{ weekday: "short", day: "numeric", month: "long", year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
  },
  soon: { weekday: "short", hour: "2-digit", minute: "2-digit" },
  slot: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  clock: { hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
};

const formats = new Map<string, Intl.DateTimeFormat>();

function format({ locale }: Words, shape: Shape, at: Date, zone = "UTC"): string {
  const key = `${locale} ${shape} ${zone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...shapes[shape], timeZone: zone });
  formats.set(key, known);
  return known.format(at).replace(" at ", ", ");
}

/** Returns "12 Mar", where there is little room. */
export function formatBriefDay(words: Words, at: Date, zone?: string): string {
  return format(words, "brief", at, zone);
}

/** Returns "Thu 12 March", for dates at most weeks away. */
export function formatDay(words: Words, at: Date, zone?: string): string {
  return format(words, "day", at, zone);
}

/** Returns "Thu 14:05", for times within a week in a zone that the reader knows. */
export function formatSoon(words: Words, at: Date, zone?: string): string {
  return format(words, "soon", at, zone);
}

/** Returns "Thu 12 March 2026, 14:05 CET". */
export function formatMoment(words: Words, at: Date, zone?: string): string {
  return format(words, "moment", at, zone);
}

/** Returns "Tue 24 Nov, 09:00", for times that are chosen from in the reader's own zone. */
export function formatSlot(words: Words, at: Date, zone?: string): string {
  return format(words, "slot", at, zone);
}

interface TimeProps {
  readonly at: Date;
  readonly zone?: string | undefined;
}

/** Shows a full date and time. */
export function Moment({ at, zone }: TimeProps) {
  return <time datetime={at.toISOString()}>{formatMoment(useWords(), at, zone)}</time>;
}

/** Shows "14:05 CET", with the day unless it is today's. */
export function Clock({ at, now, zone }: TimeProps & { readonly now: Date }) {
  const words = useWords();
  const dayName =
    formatDay(words, at, zone) === formatDay(words, now, zone) ? "" : `${formatDay(words, at, zone)}, `;
  return <time datetime={at.toISOString()}>{`${dayName}${format(words, "clock", at, zone)}`}</time>;
}
