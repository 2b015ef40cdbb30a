/** The server's time in a response. */

/** Headers of caches in front of a server, whose responses and `Date` may be old. */
const CACHE_HEADERS: readonly string[] = ["x-cache", "cf-cache-status", "x-cache-status"];

/**
 * Reads the `Date` header.
 * @returns the middle of its second, in milliseconds since 1970; undefined without the header or if the response comes
 * from a cache
 */
export function readServerTime(headers: Headers): number | undefined {
  if (Number(headers.get("age") ?? 0) !== 0) return undefined;
  if (CACHE_HEADERS.some((name) => /hit|stale|revalidated/i.test(headers.get(name) ?? ""))) return undefined;
  const second = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(second) ? undefined : second + 500;
}
