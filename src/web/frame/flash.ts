/** Messages shown once on the next page. The cookie carries only names from a closed list, never text. */
import { readCookie, writeCookie } from "../../people/sign-in/cookies.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { part, say, type Told } from "../../words/words.ts";
import type { WebContext } from "../guards/context.ts";
import { appendCookies } from "../guards/visitor.ts";

const COOKIE = "flash";
const LIFETIME_SECONDS = 60;

const flashes = {
  connected: (network: string) => say("Your {network} account is connected.", { network }),
  "connected-several": (network: string) => say("Your {network} accounts are connected.", { network }),
  verified: (network: string) => say("Your {network} connection works.", { network }),
  looking: (network: string) => say("We are checking {network} for it again.", { network }),
  disconnected: (network: string) =>
    say("The {network} account is disconnected. What you shared stays in your history.", { network }),
  "disconnected-here": (network: string, where?: Told) =>
    where !== undefined
      ? say(
          "The {network} account is disconnected here, but the server did not let us end our access. End it there yourself: {where}. What you shared stays in your history.",
          { network, where: part(where) },
        )
      : say(
          "The {network} account is disconnected here. {network} does not let apps give up their permission, so remove this app in your settings there as well. What you shared stays in your history.",
          { network },
        ),
  "disconnected-later": (network: string) =>
    say(
      "The {network} account is disconnected here. We could not tell {network} yet that our access has ended; we keep trying for a week. What you shared stays in your history.",
      { network },
    ),
} as const;
const flashNames = Object.keys(flashes) as (keyof typeof flashes)[];

/** Leaves a message about a network for the next page. */
export function leaveFlash(c: WebContext, what: keyof typeof flashes, platform: PlatformName): void {
  const { config } = c.var.runtime;
  const value = `${what}.${platform}`;
  appendCookies(c, [writeCookie(config, { name: COOKIE, value, seconds: LIFETIME_SECONDS })]);
}

/** Returns the text for the `news` parameter. Only known names count, so that no link can put its own text on our page. */
export function readNews(c: WebContext, news: Readonly<Record<string, Told>>): Told | undefined {
  const name = c.req.query("news") ?? "";
  return Object.hasOwn(news, name) ? news[name] : undefined;
}

/** Returns the message that the previous page left, and deletes its cookie. */
export function takeFlash(c: WebContext): Told | undefined {
  const { config } = c.var.runtime;
  const left = readCookie(config, c.req.raw.headers, COOKIE);
  if (left === undefined) return undefined;
  appendCookies(c, [writeCookie(config, { name: COOKIE, value: "", seconds: 0 })]);
  const [what, name] = left.split(".");
  const platform = platformNames.find((known) => known === name);
  const told = flashNames.find((known) => known === what);
  if (platform === undefined || told === undefined) return undefined;
  const { label, accessEndsAt } = aboutPlatform(platform);
  return flashes[told](label, accessEndsAt);
}
