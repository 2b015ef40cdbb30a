/** Our cookies: for this host alone, for its server alone, and under https for https alone. */
import { parse, serialize } from "hono/utils/cookie";

interface CookieConfig {
  readonly baseUrl: URL;
}

/** What every cookie of ours is called by. */
export function cookiePrefix(config: CookieConfig): string {
  return `${isSecure(config) ? "__Host-" : ""}sharewell`;
}

/** Browsers take a name with "__Host-" from this host only: no neighbour under the same domain can put one in its place. */
export function isSecure({ baseUrl }: CookieConfig): boolean {
  return baseUrl.protocol === "https:";
}

export function readCookie(config: CookieConfig, headers: Headers, name: string): string | undefined {
  const full = `${cookiePrefix(config)}.${name}`;
  return parse(headers.get("cookie") ?? "", full)[full] || undefined;
}

/** @returns the Set-Cookie value @param seconds how long the browser keeps it, at most 400 days; 0: it forgets it */
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

/** Before what our cookies were called until they were bound to this host. */
const OLD = "__Secure-sharewell.";
const NEW = "__Host-sharewell.";

/** The Cookie header of a browser that holds old names still, under the new ones; what it has under both is the new. */
export function renameOldCookies(header: string): string {
  if (!header.includes(OLD)) return header;
  const pairs = header.split("; ");
  const names = new Set(pairs.map(nameOf));
  return pairs
    .filter((pair) => !(pair.startsWith(OLD) && names.has(nameOf(pair).replace(OLD, NEW))))
    .map((pair) => (pair.startsWith(OLD) ? pair.replace(OLD, NEW) : pair))
    .join("; ");
}

/** @returns the old cookie's value as it stands in the header, where the browser has it under no other name */
export function readOldCookie(headers: Headers, name: string): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split("; ");
  if (pairs.some((pair) => nameOf(pair) === NEW + name)) return undefined;
  return pairs.find((pair) => nameOf(pair) === OLD + name)?.slice(OLD.length + name.length + 1);
}

/** @returns the Set-Cookie values that put an old cookie's value under its new name */
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
