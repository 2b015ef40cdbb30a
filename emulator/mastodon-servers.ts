/** The servers that are always there, each as one kind of server out in the world (docs/platforms/mastodon.md, section 6). */
import type { MastodonAccount, MastodonMemory, MastodonServer, Switches } from "./mastodon-memory.ts";

const modern: Switches = {
  api: "mastodon",
  release: "4.6",
  software: "mastodon",
  version: "4.6.2",
  errors: "mastodon",
  strictFields: false,
  strictAccept: false,
  stateOnRefusal: true,
  tokens: "endless",
  tokenSeconds: 7200,
  reusesTokens: true,
  createdAtUnit: "seconds",
  idempotency: "kept",
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
};

/** Serves every host that no other server claims. */
export const defaultHost = "mastodon.localhost";

function readyServers(): MastodonServer[] {
  return [
    { host: defaultHost, title: "Mastodon", switches: { ...modern } },
    {
      host: "old.localhost",
      title: "An old Mastodon",
      switches: { ...modern, release: "4.2", version: "4.2.10" },
    },
    {
      host: "gotosocial.localhost",
      title: "A GoToSocial",
      switches: {
        ...modern,
        software: "gotosocial",
        version: "0.20.1",
        errors: "gotosocial",
        strictAccept: true,
        counting: "runes",
        maxCharacters: 5000,
        urlCharacters: 25,
        maxMedia: 6,
        ids: "ulid",
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
  ];
}

// Servers number their accounts by themselves, so that the same id can mean two people on two servers.
const readyIds: Record<Switches["ids"], readonly [ana: string, ben: string]> = {
  decimal: ["109302436954721982", "109302436954721983"],
  uuid: ["0191f0a2-6c1e-7a51-9d6e-9f0c3c1a0a01", "0191f0a2-6c1e-7a51-9d6e-9f0c3c1a0b01"],
  ulid: ["01HZX5F2Q0AN0000000000A001", "01HZX5F2Q0BN0000000000B001"],
  flake: ["9n2ciuz1wdesFnrGJA", "9n2ciuz1wdesFnrGJB"],
};

/** Ana and Ben live on every server. */
function readyAccounts(servers: readonly MastodonServer[]): MastodonAccount[] {
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
    rates: {},
  };
}
