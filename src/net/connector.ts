/** Opens connections for the guarded fetch: every address is checked here, and the connection made to a checked one. */
import type { LookupAddress } from "node:dns";
import { createRequire } from "node:module";
import type { buildConnector } from "undici";
import { AddressRefused, findAddresses, type Resolve } from "./addresses.ts";

/** Loaded by the first call: a process that asks nobody need not have it. */
export const loadUndici = (): typeof import("undici") => createRequire(import.meta.url)("undici");

/** Connects to one of these addresses, and to no other. */
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

/** The name is not looked up again. HTTP/1.1 only, where a broken connection takes one request with it, not several. */
export const dialDirectly: Dial = (target, addresses, done) => {
  const connect = loadUndici().buildConnector({
    allowH2: false,
    autoSelectFamily: true,
    lookup: (_name, _options, found) => found(null, [...addresses]),
  });
  connect(target, done);
};
