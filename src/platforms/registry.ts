/** All networks. Each is created when it is first needed, if its settings are complete. */
import type { z } from "zod";
import { type TestedApp, testApp } from "./apps/test-app.ts";
import { bluesky } from "./bluesky/entry.ts";
import { fetchOf } from "./call/network-fetch.ts";
import type { NetworkEntry, NetworkIcon, PlatformSettings } from "./entry.ts";
import { facebook } from "./facebook/entry.ts";
import { formerNetwork } from "./former.ts";
import { instagram } from "./instagram/entry.ts";
import { linkedin } from "./linkedin/entry.ts";
import { mastodon } from "./mastodon/entry.ts";
import { isSupported } from "./networks.ts";
import {
  type PlatformAbout,
  type PlatformName,
  type PlatformWorld,
  platformNames,
  type SocialPlatform,
} from "./platform.ts";
import { elsewhere } from "./posts/elsewhere.ts";
import type { CardSource, LinkCard } from "./posts/link-card.ts";
import type { ShareWay } from "./posts/share-page.ts";
import { threads } from "./threads/entry.ts";
import { twitter } from "./twitter/entry.ts";

export type { TestedApp } from "./apps/test-app.ts";
export type { NetworkIcon, PlatformSettings } from "./entry.ts";
export type { CardPicture, CardSource, LinkCard } from "./posts/link-card.ts";
export { fillSharePage, type ShareWay } from "./posts/share-page.ts";

const supported: Readonly<Record<PlatformName, NetworkEntry>> = {
  facebook,
  instagram,
  threads,
  twitter,
  linkedin,
  mastodon,
  bluesky,
};

function entryOf(name: PlatformName): NetworkEntry {
  return isSupported(name) ? supported[name] : formerNetwork(name);
}

export interface PlatformRegistry {
  /** @throws {Error} naming the missing settings, if the network is not set up */
  getPlatform(name: PlatformName): SocialPlatform;
  /** The networks that are set up. */
  availablePlatforms(): readonly SocialPlatform[];
  /** The settings that are missing or invalid; empty if the network is set up. */
  missingSettings(name: PlatformName): string[];
  /** The missing half of each id and secret of which the other half is set: probably forgotten. */
  forgottenSettings(name: PlatformName): string[];
  /** All settings of a network, without their values. */
  listSettings(name: PlatformName): SettingState[];
  /** Whether the operator has to set up anything for this network. */
  needsSetUp(name: PlatformName): boolean;
  /** Tests for each way to connect whether the network knows our app. @throws {Error} if the network is not set up */
  testApp(name: PlatformName, redirectUri: string): Promise<TestedApp[]>;
  /** The API origins of the networks that are set up, each once. Their answers carry the time. */
  clockSources(): { readonly platform: PlatformName; readonly address: string }[];
}

export interface SettingState {
  readonly name: string;
  readonly isSet: boolean;
  /** Whether the network is unavailable without it. */
  readonly isNeeded: boolean;
}

/** Returns one line for each setting with an invalid value: "SOCIAL_LINKEDIN_VERSION must be …". Never contains the value. */
export function findUnusable(settings: PlatformSettings): string[] {
  const lines = Object.values(supported).flatMap((entry) =>
    (entry.settings.safeParse(settings).error?.issues ?? [])
      .filter(({ path }) => settings[String(path[0])] !== undefined)
      .map(({ path, message }) => `${String(path[0])} ${message}`),
  );
  return [...new Set(lines)];
}

/** @param watch wraps the `fetch` of each network */
export function createRegistry(
  settings: PlatformSettings,
  world: PlatformWorld,
  watch: (name: PlatformName, fetcher: typeof fetch) => typeof fetch = (_name, fetcher) => fetcher,
): PlatformRegistry {
  const built = new Map<PlatformName, SocialPlatform>();
  const missingSettings = (name: PlatformName): string[] => {
    const issues = entryOf(name).settings.safeParse(settings).error?.issues ?? [];
    return [...new Set(issues.map(({ path }) => String(path[0])))];
  };
  const getPlatform = (name: PlatformName): SocialPlatform => {
    const known = built.get(name);
    if (known !== undefined) return known;
    const problems = missingSettings(name).map(
      (setting) => `${setting} is ${settings[setting] === undefined ? "missing" : "not usable"}`,
    );
    if (problems.length > 0)
      throw new Error(`${entryOf(name).about.label} is not set up: ${problems.join(", ")}.`);
    const platform = entryOf(name).create(settings, {
      ...world,
      fetch: fetchFor(name, nameOurselves(settings), watch(name, world.fetch)),
    });
    built.set(name, platform);
    return platform;
  };
  // Cached, because settings never change and every share asks.
  let available: readonly SocialPlatform[] | undefined;
  const availablePlatforms = () => {
    available ??= platformNames.filter((name) => missingSettings(name).length === 0).map(getPlatform);
    return available;
  };
  return {
    getPlatform,
    availablePlatforms,
    missingSettings,
    forgottenSettings: (name) =>
      missingSettings(name).filter((setting) =>
        ["ID", "SECRET"].some(
          (half) =>
            settings[setting.replace(/(?<=_)(?:ID|SECRET)$/, half)] !== undefined && !setting.endsWith(half),
        ),
      ),
    needsSetUp: (name) =>
      !entryOf(name).settings.safeParse({ SOCIAL_BASE_URL: settings.SOCIAL_BASE_URL }).success,
    listSettings: (name) =>
      Object.entries(entryOf(name).settings.shape).map(([setting, shape]) => ({
        name: setting,
        isSet: settings[setting] !== undefined,
        isNeeded: !(shape as z.ZodType).safeParse(undefined).success,
      })),
    testApp: (name, redirectUri) => testApp(getPlatform(name), redirectUri),
    clockSources: () =>
      availablePlatforms()
        .flatMap(({ name }) =>
          Object.entries(entryOf(name).settings.parse(settings)).map(
            ([setting, value]) => ({ platform: name, setting, address: String(value) }) as const,
          ),
        )
        .filter(({ setting, address }) => setting.endsWith("_API_ORIGIN") && URL.canParse(address))
        .map(({ platform, address }) => ({ platform, address: new URL(address).origin }))
        .filter(({ address }, index, all) => all.findIndex((one) => one.address === address) === index),
  };
}

/** The same for every network and version, so that whoever meets us can find the service and block or allow it. */
function nameOurselves({ SOCIAL_BASE_URL: address = "" }: PlatformSettings): string {
  const url = URL.parse(address);
  return url === null ? "Sharewell" : `Sharewell (+${url.href})`;
}

function fetchFor(name: PlatformName, userAgent: string, fetcher: typeof fetch): typeof fetch {
  const { label, server } = entryOf(name).about;
  return fetchOf({ label, hasServers: server !== undefined }, userAgent, fetcher);
}

/** Returns the facts about a network, whether or not it is set up. */
export function aboutPlatform(name: PlatformName): PlatformAbout {
  return entryOf(name).about;
}

/** Draws the card that a link to this page will have on the network. */
export function drawLinkCard(name: PlatformName, source: CardSource): LinkCard {
  return entryOf(name).drawCard(source);
}

/** Returns the network’s logo. */
export function iconOf(name: PlatformName): NetworkIcon {
  return entryOf(name).icon;
}

/** Returns the ways to share a page without an account here: the networks that have such a page, then the others. */
export function listShareWays(): readonly ShareWay[] {
  const own = platformNames.flatMap((name): ShareWay[] => {
    const { about, icon } = entryOf(name);
    const { label, sharePage } = about;
    if (sharePage === undefined) return [];
    // Only a page on the person's own server needs to know the server.
    const server = sharePage.startsWith("/") ? about.server : undefined;
    return [{ name, label, icon, sharePage, ...(server && { server }) }];
  });
  return [...own, ...elsewhere];
}
