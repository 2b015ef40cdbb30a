/** A network's own fetch: it knows whose calls it makes, so that failures can name the network as people do. */
import { part, say, type Told } from "../../words/words.ts";

export interface CalledNetwork {
  /** "X" */
  readonly label: string;
  /** It has many servers, so that the one that was asked is named too. */
  readonly hasServers: boolean;
}

export type NetworkFetch = typeof fetch & { readonly network?: CalledNetwork };

export function fetchOf(network: CalledNetwork, fetcher: typeof fetch): NetworkFetch {
  const own: typeof fetch = (input, init) => fetcher(input, init);
  return Object.assign(own, { network });
}

/** "Facebook", "Mastodon server example.social"; the host, where nobody said whose calls these are. */
function nameOf(network: CalledNetwork | undefined, host: string): Told {
  if (network === undefined) return host;
  if (!network.hasServers) return network.label;
  return say("{network} server {host}", { network: network.label, host });
}

/** As a value of a text. */
export function partOf(network: CalledNetwork | undefined, host: string) {
  return part(nameOf(network, host));
}
