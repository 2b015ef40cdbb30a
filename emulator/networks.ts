/** The list of simulated networks. A new network is added here and nowhere else outside its folder. */
import { type BlueskyMemory, blueskyNetwork } from "./bluesky/bluesky.ts";
import { createFacebookNetwork, type FacebookMemory } from "./facebook/facebook.ts";
import { type InstagramMemory, instagramNetwork } from "./instagram/instagram.ts";
import { type LinkedinMemory, linkedinNetwork } from "./linkedin/linkedin.ts";
import { mastodonNetwork } from "./mastodon/mastodon.ts";
import type { MastodonMemory } from "./mastodon/memory.ts";
import { type Memory, type Network, World } from "./network.ts";
import type { SavedWorlds } from "./state-file.ts";
import { type ThreadsMemory, threadsNetwork } from "./threads/threads.ts";
import { type TwitterMemory, twitterNetwork } from "./twitter/twitter.ts";

/** Each network's memory. */
interface Memories {
  readonly mastodon: MastodonMemory;
  readonly twitter: TwitterMemory;
  readonly facebook: FacebookMemory;
  readonly instagram: InstagramMemory;
  readonly threads: ThreadsMemory;
  readonly linkedin: LinkedinMemory;
  readonly bluesky: BlueskyMemory;
}

export type NetworkName = keyof Memories;
type Networks = { readonly [Name in NetworkName]: Network<Memories[Name]> };
export type Worlds = { readonly [Name in NetworkName]: World<Memories[Name]> };

/** Display names. */
export const networkLabels: Readonly<Record<NetworkName, string>> = {
  mastodon: "Mastodon",
  twitter: "X",
  facebook: "Facebook",
  instagram: "Instagram",
  threads: "Threads",
  linkedin: "LinkedIn",
  bluesky: "Bluesky",
};

/** Default ports. */
export const standardPorts: Readonly<Record<NetworkName, number>> = {
  mastodon: 4102,
  twitter: 4103,
  facebook: 4104,
  instagram: 4105,
  threads: 4106,
  linkedin: 4107,
  bluesky: 4111,
};

export const networkNames = Object.keys(networkLabels) as readonly string[] as readonly NetworkName[];

/** @param saved each network's world from the state file */
export function createWorlds(saved?: SavedWorlds): { networks: Networks; worlds: Worlds } {
  const networks: Networks = {
    mastodon: mastodonNetwork,
    twitter: twitterNetwork,
    // Facebook's host also serves the Instagram accounts that are linked to its Pages.
    facebook: createFacebookNetwork(() => worlds.instagram),
    instagram: instagramNetwork,
    threads: threadsNetwork,
    linkedin: linkedinNetwork,
    bluesky: blueskyNetwork,
  };
  const worlds: Worlds = {
    mastodon: new World(networks.mastodon, saved?.mastodon),
    twitter: new World(networks.twitter, saved?.twitter),
    facebook: new World(networks.facebook, saved?.facebook),
    instagram: new World(networks.instagram, saved?.instagram),
    threads: new World(networks.threads, saved?.threads),
    linkedin: new World(networks.linkedin, saved?.linkedin),
    bluesky: new World(networks.bluesky, saved?.bluesky),
  };
  return { networks, worlds };
}

export interface RunningNetwork<M extends Memory> {
  readonly origin: string;
  readonly port: number;
  readonly world: World<M>;
}

export type RunningNetworks = { readonly [Name in NetworkName]: RunningNetwork<Memories[Name]> };

/** @param open starts one network under this host name */
export async function openNetworks(
  networks: Networks,
  worlds: Worlds,
  open: <M extends Memory>(
    network: Network<M>,
    world: World<M>,
    hostname?: string,
  ) => Promise<RunningNetwork<M>>,
): Promise<RunningNetworks> {
  return {
    mastodon: await open(networks.mastodon, worlds.mastodon, "mastodon.localhost"),
    twitter: await open(networks.twitter, worlds.twitter),
    facebook: await open(networks.facebook, worlds.facebook),
    instagram: await open(networks.instagram, worlds.instagram),
    threads: await open(networks.threads, worlds.threads),
    linkedin: await open(networks.linkedin, worlds.linkedin),
    bluesky: await open(networks.bluesky, worlds.bluesky),
  };
}
