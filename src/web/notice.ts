/** What just happened, told once on the next page. Only names from a closed list travel in the cookie, never words. */
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { aboutPlatform } from "../platforms/registry.ts";
import { say, type Told } from "../words/words.ts";
import type { WebContext } from "./context.ts";

const COOKIE = "sharewell.notice";
const LIFETIME_SECONDS = 60;

const notices = {
  connected: (network: string) => say("Your {network} account is connected.", { network }),
  "connected-several": (network: string) => say("Your {network} accounts are connected.", { network }),
  verified: (network: string) => say("{network} still lets you share there.", { network }),
  looking: (network: string) => say("We look for it on {network} once more.", { network }),
  deleted: (network: string) => say("The post on {network} is deleted.", { network }),
  disconnected: (network: string) =>
    say("The {network} account is disconnected. What you shared stays in your history.", { network }),
} as const;
const noticeNames = Object.keys(notices) as (keyof typeof notices)[];

export function leaveNotice(c: WebContext, what: keyof typeof notices, platform: PlatformName): void {
  setCookie(c, COOKIE, `${what}.${platform}`, {
    path: "/social/",
    httpOnly: true,
    sameSite: "Lax",
    secure: c.var.runtime.config.baseUrl.protocol === "https:",
    maxAge: LIFETIME_SECONDS,
  });
}

export function takeNotice(c: WebContext): Told | undefined {
  const left = getCookie(c, COOKIE);
  if (left === undefined) return undefined;
  deleteCookie(c, COOKIE, { path: "/social/" });
  const [what, name] = left.split(".");
  const platform = platformNames.find((known) => known === name);
  const told = noticeNames.find((known) => known === what);
  return platform && told && notices[told](aboutPlatform(platform).label);
}
