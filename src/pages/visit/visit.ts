/** One visit to a site, from the address asked for to the page that answers: what it may still do, and the cookies it was given. */
import { loadUndici } from "../../net/connector.ts";

export interface Visit {
  redirectsLeft: number;
  /** For waiting on the site, in milliseconds. */
  leftMs: number;
  readonly cookies: Cookies;
}

const MOST_REDIRECTS = 5;
const TIMEOUT_MS = 5_000;

export function startVisit(): Visit {
  return { redirectsLeft: MOST_REDIRECTS, leftMs: TIMEOUT_MS, cookies: new Cookies() };
}

/** Of each host: a visitor without cookies goes in circles at sites that set one first; none needs more than these for that. */
const MOST = { cookies: 20, length: 4_096 };

/** Each host's own, whatever domain it names; forgotten with the visit. */
class Cookies {
  readonly #byHost = new Map<string, Map<string, { readonly value: string; readonly isSecure: boolean }>>();

  /** @returns whether there is one that was not there, or said something else */
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

  /** The headers that carry them to this address. */
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
  return expires !== undefined && new Date(expires).getTime() < Date.now();
}
