/** The time that a server tells with an answer. */

/** Set by caches in front of a server: their answer, and its `Date`, may be old. */
const CACHE_HEADERS: readonly string[] = ["x-cache", "cf-cache-status", "x-cache-status"];

/**
 * @returns the middle of the second that the `Date` header names, in milliseconds since 1970; undefined where there is
 * none, or where a cache gave the answer
 */
export function readServerTime(headers: Headers): number | undefined {
  if (Number(headers.get("age") ?? 0) !== 0) return undefined;
  if (CACHE_HEADERS.some((name) => /hit|stale|revalidated/i.test(headers.get(name) ?? ""))) return undefined;
  const second = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(second) ? undefined : second + 500;
}
