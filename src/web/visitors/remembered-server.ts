/** The server that a visitor asked this browser to remember. It is kept in their browser alone. */
import { readCookie, writeCookie } from "../../people/sign-in/cookies.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { WebContext } from "../guards/context.ts";

/** The longest time that browsers keep a cookie (RFC 6265bis, section 5.5). */
const SECONDS = 400 * 86_400;

/** Returns the server as it was typed, or an empty text. */
export function readRemembered(c: WebContext, platform: PlatformName): string {
  return readCookie(c.var.runtime.config, c.req.raw.headers, nameFor(platform)) ?? "";
}

/** Returns the cookie that keeps the server. */
export function rememberServer(c: WebContext, platform: PlatformName, server: string): string {
  return write(c, { platform, value: server, seconds: SECONDS });
}

/** Returns the cookie that removes the server. */
export function forgetServer(c: WebContext, platform: PlatformName): string {
  return write(c, { platform, value: "", seconds: 0 });
}

function write(
  c: WebContext,
  { platform, value, seconds }: { platform: PlatformName; value: string; seconds: number },
): string {
  return writeCookie(c.var.runtime.config, { name: nameFor(platform), value, seconds });
}

function nameFor(platform: PlatformName): string {
  return `server-${platform}`;
}
