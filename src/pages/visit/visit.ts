/**
 * One visit to a site, from the requested address to the final response: its remaining redirects and time, and its
 * cookies.
 */
import { thisMachine } from "../../database/clock.ts";
import { loadUndici } from "../../net/connector.ts";

export interface Visit {
  redirectsLeft: number;
  /** Remaining time to wait for the site, in milliseconds. */
  leftMs: number;
  readonly cookies: Cookies;
}

const MOST_REDIRECTS = 5;
const TIMEOUT_MS = 5_000;

/** Begins a visit with its full time and no cookies. */
export function startVisit(): Visit {
  return { redirectsLeft: MOST_REDIRECTS, leftMs: TIMEOUT_MS, cookies: new Cookies() };
}

/**
 * Limits per host. Sites that set a cookie first redirect visitors without cookies forever; none needs more than these.
 */
const MOST = { cookies: 20, length: 4_096 };

/** Cookies of each host, whatever domain they name. They end with the visit. */
class Cookies {
  readonly #byHost = new Map<string, Map<string, { readonly value: string; readonly isSecure: boolean }>>();

  /** Stores a response's cookies. @returns whether one is new or changed */
  keep(address: string, headers: Headers): boolean {
    const kept = this.#of(address);
    const { Headers: CookieHeaders, getSetCookies } = loadUndici();
    const told = new CookieHeaders(headers.getSetCookie().map((line) => ["set-cookie", line]));
    let isNews = false;
    for (const { name, value, maxAge, expires, secure } of getSetCookies(told).slice(0, MOST.cookies)) {
      if (isOver(maxAge, expires)) kept.delete(name);
      else if (
        kept.get(name)?.value !== value &&
        kept.size < MOST.cookies &&
        lengthOf(kept) + name.length + value.length <= MOST.length
      ) {
        kept.set(name, { value, isSecure: secure === true });
        isNews = true;
      }
    }
    return isNews;
  }

  /** The Cookie header for an address. */
  headersFor(address: string): Record<string, string> {
    const isSecure = address.startsWith("https:");
    const pairs = [...this.#of(address)].flatMap(([name, cookie]) =>
      cookie.isSecure && !isSecure ? [] : [`${name}=${cookie.value}`],
    );
    return pairs.length === 0 ? {} : { cookie: pairs.join("; ") };
  }

  #of(address: string) {
    const { host } = new URL(address);
    const kept = this.#byHost.get(host) ?? new Map<string, { value: string; isSecure: boolean }>();
    this.#byHost.set(host, kept);
    return kept;
  }
}

function lengthOf(kept: ReadonlyMap<string, { readonly value: string }>): number {
  return [...kept].reduce((sum, [name, { value }]) => sum + name.length + value.length, 0);
}

function isOver(maxAge: number | undefined, expires: Date | number | undefined): boolean {
  if (maxAge !== undefined) return maxAge <= 0;
  return expires !== undefined && new Date(expires).getTime() < thisMachine.clock();
}
