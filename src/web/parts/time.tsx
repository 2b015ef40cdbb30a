/** Points in time, for people and for programs; in UTC where a person's own zone is not known. */

type Shape = "day" | "moment" | "clock";

const shapes: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  day: { day: "numeric", month: "long" },
  moment: {
    ...{ day: "numeric", month: "long", year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
  },
  clock: { hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
};

const formats = new Map<string, Intl.DateTimeFormat>();

function format(shape: Shape, at: Date, zone = "UTC"): string {
  const key = `${shape} ${zone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...shapes[shape], timeZone: zone });
  formats.set(key, known);
  return known.format(at).replace(" at ", ", ");
}

/** "12 March": for what is weeks away at most. */
export function formatDay(at: Date, zone?: string): string {
  return format("day", at, zone);
}

/** "12 March 2026, 14:05 CET" */
export function formatMoment(at: Date, zone?: string): string {
  return format("moment", at, zone);
}

interface TimeProps {
  readonly at: Date;
  readonly zone?: string | undefined;
}

export function Moment({ at, zone }: TimeProps) {
  return <time datetime={at.toISOString()}>{formatMoment(at, zone)}</time>;
}

/** "14:05 CET", with the day where that is not `now`'s. */
export function Clock({ at, now, zone }: TimeProps & { readonly now: Date }) {
  const dayName = formatDay(at, zone) === formatDay(now, zone) ? "" : `${formatDay(at, zone)}, `;
  return <time datetime={at.toISOString()}>{`${dayName}${format("clock", at, zone)}`}</time>;
}
