/** Opens the connections of the guarded fetch, to checked addresses only. */
import type { LookupAddress } from "node:dns";
import { createRequire } from "node:module";
import type { buildConnector } from "undici";
import { AddressRefused, findAddresses, type Resolve } from "./addresses.ts";

/** Loaded with the first call, to keep the start fast. */
export const loadUndici = (): typeof import("undici") => createRequire(import.meta.url)("undici");

/** Connects to one of these addresses and to no other. */
export type Dial = (
  target: buildConnector.Options,
  addresses: readonly LookupAddress[],
  done: buildConnector.Callback,
) => void;

export interface ConnectorParts {
  readonly accepts: (address: string) => boolean;
  readonly resolve: Resolve;
  readonly dial: Dial;
}

/** A connector for undici that refuses addresses which `accepts` rejects. */
export function createConnector({ accepts, resolve, dial }: ConnectorParts): buildConnector.connector {
  return (target, done) => {
    findAddresses(target.hostname, resolve)
      .then((addresses) => {
        if (!addresses.every(({ address }) => accepts(address))) throw notPublic(target.hostname);
        dial(target, addresses, done);
      })
      .catch((error: Error) => done(error, null));
  };
}

function notPublic(host: string): AddressRefused {
  return new AddressRefused(
    "not-public",
    `${host} is not on the public internet, so we do not connect to it.`,
  );
}

/** Connects without a second DNS lookup. HTTP/1.1 only, so that a broken connection affects a single request. */
export const dialDirectly: Dial = (target, addresses, done) => {
  const connect = loadUndici().buildConnector({
    allowH2: false,
    autoSelectFamily: true,
    lookup: (_name, _options, found) => found(null, [...addresses]),
  });
  connect(target, done);
};
