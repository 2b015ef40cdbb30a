/** Points in time, for people and for programs. */

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** "12 March": for what is weeks away at most. */
export function formatDay(at: Date): string {
  return day.format(at);
}

/** "12 March 2026, 14:05 UTC" */
export function Moment({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{`${moment.format(at).replace(" at ", ", ")} UTC`}</time>;
}

/** "14:05 UTC", with the day where that is not `now`'s. */
export function Clock({ at, now }: { at: Date; now: Date }) {
  const dayName = formatDay(at) === formatDay(now) ? "" : `${formatDay(at)}, `;
  return <time datetime={at.toISOString()}>{`${dayName}${clock.format(at)} UTC`}</time>;
}
