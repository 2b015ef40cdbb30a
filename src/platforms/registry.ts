/** The list of all networks, each built when its settings are there and it is first needed. */
import type { z } from "zod";
import { type TestedApp, testApp } from "./apps/test-app.ts";
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
import type { CardSource, LinkCard } from "./posts/link-card.ts";
import { threads } from "./threads/entry.ts";
import { twitter } from "./twitter/entry.ts";

export type { TestedApp } from "./apps/test-app.ts";
export type { NetworkIcon, PlatformSettings } from "./entry.ts";
export type { CardSource, LinkCard } from "./posts/link-card.ts";

const supported: Readonly<Record<PlatformName, NetworkEntry>> = {
  facebook,
  instagram,
  threads,
  twitter,
  linkedin,
  mastodon,
};

function entryOf(name: PlatformName): NetworkEntry {
  return isSupported(name) ? supported[name] : formerNetwork(name);
}

export interface PlatformRegistry {
  /** @throws {Error} one sentence naming what is not set */
  getPlatform(name: PlatformName): SocialPlatform;
  /** Those whose settings are there. */
  availablePlatforms(): readonly SocialPlatform[];
  /** The settings that a platform still needs, missing or not usable; empty when it is set up. */
  missingSettings(name: PlatformName): string[];
  /** What is missing of a pair of which the other half is there: forgotten, most likely. */
  forgottenSettings(name: PlatformName): string[];
  /** All settings that a platform reads, never their values. */
  listSettings(name: PlatformName): SettingState[];
  /** Whether the network knows our app, for each way to connect. @throws {Error} when it is not set up */
  testApp(name: PlatformName, redirectUri: string): Promise<TestedApp[]>;
  /** The fixed addresses of networks that are set up: their answers carry the time. Each host once. */
  clockSources(): { readonly platform: PlatformName; readonly address: string }[];
}

export interface SettingState {
  readonly name: string;
  readonly isSet: boolean;
  /** Without it the platform is not available. */
  readonly isNeeded: boolean;
}

/** What is set and cannot be used, a line each: "SOCIAL_LINKEDIN_VERSION must be …". Never with its value. */
export function findUnusable(settings: PlatformSettings): string[] {
  const lines = Object.values(supported).flatMap((entry) =>
    (entry.settings.safeParse(settings).error?.issues ?? [])
      .filter(({ path }) => settings[String(path[0])] !== undefined)
      .map(({ path, message }) => `${String(path[0])} ${message}`),
  );
  return [...new Set(lines)];
}

/** @param watch what each platform's calls pass through */
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
      fetch: fetchFor(name, watch(name, world.fetch)),
    });
    built.set(name, platform);
    return platform;
  };
  // Settings stay as they were at the start, and every share asks.
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

function fetchFor(name: PlatformName, fetcher: typeof fetch): typeof fetch {
  const { label, server } = entryOf(name).about;
  return fetchOf({ label, hasServers: server !== undefined }, fetcher);
}

/** What is told of a platform whether it is set up or not. */
export function aboutPlatform(name: PlatformName): PlatformAbout {
  return entryOf(name).about;
}

/** How a link to this page will look there. */
export function drawLinkCard(name: PlatformName, source: CardSource): LinkCard {
  return entryOf(name).drawCard(source);
}

/** A network's mark. */
export function iconOf(name: PlatformName): NetworkIcon {
  return entryOf(name).icon;
}
