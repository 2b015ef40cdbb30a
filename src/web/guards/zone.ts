/** The browser's time zone, which a script tells us once: times are shown in it until the person chooses another. */
import { z } from "zod";
import type { Person } from "../../people/people.ts";
import { learnTimeZone } from "../../people/preferences.ts";
import { readCookie, writeCookie } from "../../people/sign-in/cookies.ts";
import { isTimeZone } from "../../sharing/requests/schedule.ts";
import type { WebContext } from "./context.ts";
import { appendCookies } from "./visitor.ts";

const COOKIE = "zone";
const LIFETIME_SECONDS = 365 * 86_400;

const zoneShape = z.string().max(60).refine(isTimeZone);
const sentShape = z.object({ zone: zoneShape });

/** POST /zone/: keeps the browser's zone in a cookie. */
export async function submitZone(c: WebContext) {
  const sent = sentShape.safeParse(await c.req.parseBody());
  if (!sent.success) return c.body(null, 400);
  const { config } = c.var.runtime;
  appendCookies(c, [writeCookie(config, { name: COOKIE, value: sent.data.zone, seconds: LIFETIME_SECONDS })]);
  return c.body(null, 204);
}

/** Returns the browser's time zone as far as it has told us. */
export function readZone(c: Pick<WebContext, "req" | "var">): string | undefined {
  return zoneShape.safeParse(readCookie(c.var.runtime.config, c.req.raw.headers, COOKIE)).data;
}

/** Returns the person with their own zone, or with the browser's from now on. */
export async function withZone<P extends Person>(c: WebContext, person: P): Promise<P> {
  const zone = person.timeZone === undefined ? readZone(c) : undefined;
  if (zone === undefined) return person;
  await learnTimeZone(c.var.runtime, person, zone);
  return { ...person, timeZone: zone };
}
