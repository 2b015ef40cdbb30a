/** What just happened, told once on the next page. Only names from a closed list travel in the cookie, never words. */
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { aboutPlatform } from "../platforms/registry.ts";
import type { WebContext } from "./context.ts";

const COOKIE = "sharewell.notice";
const LIFETIME_SECONDS = 60;

const notices = {
  connected: (label: string) => `Your ${label} account is connected.`,
  disconnected: (label: string) =>
    `The ${label} account is disconnected. What you shared stays in your history.`,
} as const;

export function leaveNotice(c: WebContext, what: keyof typeof notices, platform: PlatformName): void {
  setCookie(c, COOKIE, `${what}.${platform}`, {
    path: "/social/",
    httpOnly: true,
    sameSite: "Lax",
    secure: c.var.runtime.config.baseUrl.protocol === "https:",
    maxAge: LIFETIME_SECONDS,
  });
}

export function takeNotice(c: WebContext): string | undefined {
  const left = getCookie(c, COOKIE);
  if (left === undefined) return undefined;
  deleteCookie(c, COOKIE, { path: "/social/" });
  const [what, name] = left.split(".");
  const platform = platformNames.find((known) => known === name);
  if (platform === undefined || (what !== "connected" && what !== "disconnected")) return undefined;
  return notices[what](aboutPlatform(platform).label);
}
