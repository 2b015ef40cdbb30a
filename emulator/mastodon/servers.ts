/** The predefined servers: each speaks one dialect (docs/networks/fediverse.md). */

import { activities } from "./dialects/activities.ts";
import { akkoma, pleroma } from "./dialects/akkoma.ts";
import { type Dialect, toServer } from "./dialects/dialect.ts";
import { friendica } from "./dialects/friendica.ts";
import { gotosocial } from "./dialects/gotosocial.ts";
import { hollo } from "./dialects/hollo.ts";
import { iceshrimp } from "./dialects/iceshrimp.ts";
import { mastodon } from "./dialects/mastodon.ts";
import { mitra } from "./dialects/mitra.ts";
import { others } from "./dialects/others.ts";
import { pixelfed } from "./dialects/pixelfed.ts";
import { sharkey } from "./dialects/sharkey.ts";
import { snac } from "./dialects/snac.ts";
import { takahe } from "./dialects/takahe.ts";
import { wordpress } from "./dialects/wordpress.ts";
import type { MastodonAccount, MastodonMemory, Server, Switches } from "./memory.ts";

const dialects: readonly Dialect[] = [
  ...mastodon,
  gotosocial,
  hollo,
  akkoma,
  pleroma,
  pixelfed,
  friendica,
  takahe,
  snac,
  wordpress,
  activities,
  sharkey,
  iceshrimp,
  mitra,
  ...others,
];

// Each server numbers its own accounts, so the same id can mean different people on two servers.
const readyIds: Record<Switches["ids"], readonly [ana: string, ben: string]> = {
  decimal: ["109302436954721982", "109302436954721983"],
  uuid: ["0191f0a2-6c1e-7a51-9d6e-9f0c3c1a0a01", "0191f0a2-6c1e-7a51-9d6e-9f0c3c1a0b01"],
  ulid: ["01HZX5F2Q0AN0000000000A001", "01HZX5F2Q0BN0000000000B001"],
  flake: ["9n2ciuz1wdesFnrGJA", "9n2ciuz1wdesFnrGJB"],
};

/** Ana and Ben have accounts on every server. */
function readyAccounts(servers: readonly Server[]): MastodonAccount[] {
  return servers.flatMap(({ host, switches }) => {
    const [ana, ben] = readyIds[switches.ids];
    return [newAccount(host, "ana", "Ana Lima", ana), newAccount(host, "ben", "Ben Okafor", ben)];
  });
}

export function newAccount(
  server: string,
  username: string,
  displayName: string,
  apiId: string,
): MastodonAccount {
  return {
    id: `${username}@${server}`,
    apiId,
    server,
    username,
    displayName,
    status: "active",
    defaultVisibility: "public",
    language: "en",
    attributionDomains: [],
  };
}

export function beginMemory(): MastodonMemory {
  const servers = dialects.map(toServer);
  return {
    servers,
    accounts: readyAccounts(servers),
    posts: [],
    apps: [],
    codes: [],
    tokens: [],
    media: [],
    idempotency: {},
    pending: [],
    rates: {},
  };
}
