/** A fetch that carries the network's name, so that failures can name it. */
import { type Saying, say } from "../../words/words.ts";

/** The network that a call goes to. */
export interface CalledNetwork {
  /** "X" */
  readonly label: string;
  /** True if the network has many servers, so that messages name the server too. */
  readonly hasServers: boolean;
}

export type NetworkFetch = typeof fetch & { readonly network?: CalledNetwork };

/**
 * @param userAgent names us to the network in every call: some servers refuse what names nobody
 * @returns a fetch that carries the name of the network
 */
export function fetchOf(network: CalledNetwork, userAgent: string, fetcher: typeof fetch): NetworkFetch {
  const own: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set("user-agent", userAgent);
    return fetcher(input, { ...init, headers });
  };
  return Object.assign(own, { network });
}

/** @returns "Facebook" or "Mastodon server example.social"; the host if the network is unknown */
export function nameOf(network: CalledNetwork | undefined, host: string): string | Saying {
  if (network === undefined) return host;
  if (!network.hasServers) return network.label;
  return say("{network} server {host}", { network: network.label, host });
}
