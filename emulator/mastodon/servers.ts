/** The predefined servers, each like one real kind of server (docs/networks/mastodon.md, section 6). */

import type { MastodonAccount, MastodonMemory, Server, Switches } from "./memory.ts";
import { connectingOf, usualConnecting } from "./oauth/connecting.ts";

const modern: Switches = {
  api: "mastodon",
  release: "4.6",
  software: "mastodon",
  version: "4.6.2",
  instanceVersion: "",
  nodeinfo: true,
  errors: "mastodon",
  strictFields: false,
  createIntent: "/share?text={content}",
  strictAccept: false,
  stateOnRefusal: true,
  tellsIssuer: false,
  claimedDomain: "",
  tokens: "endless",
  tokenSeconds: 7200,
  reusesTokens: true,
  createdAtUnit: "seconds",
  idempotency: "kept",
  commitSeconds: 0,
  listForStrangers: "whole",
  listScope: "needed",
  listLagSeconds: 0,
  listOrder: "newest-first",
  listPages: "all",
  listPageMost: 40,
  statusTimes: "exact",
  statusIds: "strings",
  content: "escaped",
  deletion: "usual",
  deletesAgain: "not-found",
  repeatAfterDelete: "not-found",
  counting: "graphemes",
  maxCharacters: 500,
  urlCharacters: 23,
  enforcesLength: true,
  maxMedia: 4,
  media: "ready-at-once",
  instanceApi: "v2",
  hostMeta: true,
  statusUrls: true,
  dropsSilently: false,
  rateLimits: true,
  cardDelayMs: 300,
  ids: "decimal",
  ...usualConnecting,
};

/** Serves every host without a server. */
export const defaultHost = "mastodon.localhost";

/** Servers without instance version 2, OAuth metadata and idempotency keys. */
const lesser: Switches = {
  ...modern,
  release: "4.2",
  idempotency: "unsupported",
  listScope: "ignored",
  instanceApi: "v1",
  hostMeta: false,
};

/** Other software with Mastodon's API (docs/networks/mastodon.md, section 6). */
const relatives: readonly Server[] = [
  {
    host: "snac.localhost",
    title: "A snac",
    switches: {
      ...lesser,
      ...{ software: "snac", version: "2.94", instanceVersion: "4.2.0 (not true; really snac 2.94)" },
      ...{ maxCharacters: 100_000, urlCharacters: 32, content: "unescaped" },
      ...connectingOf.snac,
    },
  },
  {
    host: "wordpress.localhost",
    title: "WordPress with Enable Mastodon Apps",
    switches: {
      ...lesser,
      ...{ software: "wordpress", version: "6.1.9", instanceVersion: "WordPress/6.1.9, EMA/1.6.1" },
      ...{ nodeinfo: false, statusUrls: false, listForStrangers: "partial", content: "plain" },
      ...connectingOf.wordpress,
    },
  },
  {
    host: "activities.localhost",
    title: "An activities.next",
    switches: {
      ...modern,
      ...{ software: "activities-next", version: "1.144.0", instanceVersion: "1.144.0" },
      ...{ ids: "uuid", tellsIssuer: true, tokens: "expiring", tokenSeconds: 604_800 },
      ...connectingOf.activities,
    },
  },
  {
    host: "sharkey.localhost",
    title: "A Sharkey",
    switches: {
      ...lesser,
      ...{ software: "sharkey", version: "2024.9.1", deletesAgain: "unauthorized" },
      ...{ instanceVersion: "3.0.0 (compatible; Sharkey 2024.9.1)", maxCharacters: 3_000 },
      ...connectingOf.sharkey,
    },
  },
  {
    host: "iceshrimp.localhost",
    title: "An Iceshrimp",
    switches: {
      ...lesser,
      ...{ software: "Iceshrimp.NET", version: "2026.5.1", idempotency: "burnt" },
      ...{ instanceVersion: "4.2.1 (compatible; Iceshrimp 2026.5.1)", enforcesLength: false },
      ...connectingOf.iceshrimp,
    },
  },
  {
    host: "mitra.localhost",
    title: "A Mitra",
    switches: {
      ...lesser,
      ...{ software: "mitra", version: "5.9.2", instanceVersion: "4.0.0 (compatible; Mitra 5.9.2)" },
      ...{ ids: "uuid", tokens: "expiring", tokenSeconds: 2_592_000 },
      ...connectingOf.mitra,
    },
  },
];

function readyServers(): Server[] {
  return [
    { host: defaultHost, title: "Mastodon", switches: { ...modern } },
    {
      host: "old.localhost",
      title: "An old Mastodon server",
      switches: {
        ...modern,
        release: "4.2",
        version: "4.2.10",
        idempotency: "kept-once-made",
        counting: "older-graphemes",
      },
    },
    {
      host: "gotosocial.localhost",
      title: "A GoToSocial",
      switches: {
        ...modern,
        software: "gotosocial",
        version: "0.20.1",
        errors: "gotosocial",
        idempotency: "unsupported",
        listForStrangers: "refused",
        deletesAgain: "done",
        strictAccept: true,
        counting: "runes",
        maxCharacters: 5000,
        urlCharacters: 25,
        maxMedia: 6,
        ids: "ulid",
        ...connectingOf.gotosocial,
      },
    },
    {
      host: "hollo.localhost",
      title: "A Hollo",
      switches: {
        ...modern,
        software: "hollo",
        version: "0.10.0",
        errors: "hollo",
        idempotency: "kept-once-made",
        listForStrangers: "refused",
        strictFields: true,
        stateOnRefusal: false,
        reusesTokens: false,
        createdAtUnit: "milliseconds",
        repeatAfterDelete: "posts-again",
        maxCharacters: 10_000,
        urlCharacters: 256,
        enforcesLength: false,
        maxMedia: 8,
        hostMeta: false,
        ids: "uuid",
      },
    },
    {
      host: "akkoma.localhost",
      title: "An Akkoma",
      switches: {
        ...modern,
        release: "4.2",
        software: "akkoma",
        version: "2.7.2 (compatible; Akkoma 3.15.2)",
        counting: "full-graphemes",
        tokens: "expiring",
        reusesTokens: false,
        maxCharacters: 5000,
        instanceApi: "v1",
        ids: "flake",
      },
    },
    {
      host: "misskey.localhost",
      title: "A Misskey",
      switches: { ...modern, api: "misskey", software: "misskey", version: "2026.9.0" },
    },
    { host: "html.localhost", title: "A web site", switches: { ...modern, api: "html" } },
    {
      host: "social.localhost",
      accountDomain: "people.localhost",
      title: "People's server",
      switches: { ...modern },
    },
    { host: "xn--bcher-kva.localhost", title: "Bücher", switches: { ...modern } },
    ...structuredClone(relatives),
  ];
}

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
  const servers = readyServers();
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
