/** Our cookies, bound to this host and unreadable for scripts; under https they are sent over https only. */
import { parse, serialize } from "hono/utils/cookie";

interface CookieConfig {
  readonly baseUrl: URL;
}

/** The prefix of all our cookies. */
export function cookiePrefix(config: CookieConfig): string {
  return `${isSecure(config) ? "__Host-" : ""}sharewell`;
}

/**
 * Whether the service runs under https. Browsers accept the prefix "__Host-" from this host only, so another
 * host of the domain cannot set such a cookie.
 */
export function isSecure({ baseUrl }: CookieConfig): boolean {
  return baseUrl.protocol === "https:";
}

/** The value of our cookie with this name; undefined if there is none. */
export function readCookie(config: CookieConfig, headers: Headers, name: string): string | undefined {
  const full = `${cookiePrefix(config)}.${name}`;
  return parse(headers.get("cookie") ?? "", full)[full] || undefined;
}

/** Writes a Set-Cookie value. @param seconds how long the browser keeps the cookie, at most 400 days; 0 deletes it */
export function writeCookie(
  config: CookieConfig,
  { name, value, seconds }: { readonly name: string; readonly value: string; readonly seconds: number },
): string {
  return serialize(`${cookiePrefix(config)}.${name}`, value, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: isSecure(config),
    maxAge: seconds,
  });
}

/** The prefix before cookies were bound to this host. */
const OLD = "__Secure-sharewell.";
const NEW = "__Host-sharewell.";

/** Renames cookies with the old prefix in a Cookie header. If a browser has both, the new one counts. */
export function renameOldCookies(header: string): string {
  if (!header.includes(OLD)) return header;
  const pairs = header.split("; ");
  const names = new Set(pairs.map(nameOf));
  return pairs
    .filter((pair) => !(pair.startsWith(OLD) && names.has(nameOf(pair).replace(OLD, NEW))))
    .map((pair) => (pair.startsWith(OLD) ? pair.replace(OLD, NEW) : pair))
    .join("; ");
}

/** The value of a cookie with the old prefix, unless the browser has the new one. */
export function readOldCookie(headers: Headers, name: string): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split("; ");
  if (pairs.some((pair) => nameOf(pair) === NEW + name)) return undefined;
  return pairs.find((pair) => nameOf(pair) === OLD + name)?.slice(OLD.length + name.length + 1);
}

/** The Set-Cookie values that move a cookie to its new name. */
export function moveOldCookie(name: string, value: string, seconds: number): string[] {
  const attributes = "Path=/; HttpOnly; SameSite=Lax; Secure";
  return [
    `${NEW}${name}=${value}; Max-Age=${seconds}; ${attributes}`,
    `${OLD}${name}=; Max-Age=0; ${attributes}`,
  ];
}

function nameOf(pair: string): string {
  return pair.split("=", 1)[0] ?? "";
}
