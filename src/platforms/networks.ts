/** The list of networks with the settings that each reads. Config reads it too, so it imports only what settings need. */
import type { z } from "zod";
import { settings as bluesky } from "./bluesky/settings.ts";
import { settings as facebook } from "./facebook/settings.ts";
import { settings as instagram } from "./instagram/settings.ts";
import { settings as linkedin } from "./linkedin/settings.ts";
import { settings as mastodon } from "./mastodon/settings.ts";
import { settings as threads } from "./threads/settings.ts";
import { settings as twitter } from "./twitter/settings.ts";

/** In the order in which pages list the networks. */
const settingsByNetwork = {
  facebook,
  instagram,
  threads,
  twitter,
  linkedin,
  mastodon,
  bluesky,
} satisfies Record<string, z.ZodObject>;

/**
 * A network's name in addresses, tables and file names. A row may also hold the name of a network that this version does
 * not know, after a downgrade or a removal: the registry answers for such a name too (`former.ts`).
 */
export type PlatformName = keyof typeof settingsByNetwork;

/** All networks, in the order in which pages list them. */
export const platformNames = Object.keys(settingsByNetwork) as readonly string[] as readonly PlatformName[];

/** Whether this version knows the network. */
export function isSupported(name: string): name is PlatformName {
  return Object.hasOwn(settingsByNetwork, name);
}

/**
 * Every setting of every network, by name, as its network checks and describes it. Networks that share an app share settings.
 */
export const networkSettings: Readonly<Record<string, z.ZodType>> = Object.assign(
  {},
  ...Object.values(settingsByNetwork).map(({ shape }) => shape),
);

/** The names of the settings that only networks read: all except the service’s own address. */
export const platformSettingNames: readonly string[] = Object.keys(networkSettings).filter(
  (name) => name !== "SOCIAL_BASE_URL",
);
