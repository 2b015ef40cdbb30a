/** How servers that speak Mastodon's API differ when an app is let in, and when it is turned away (docs/networks/mastodon.md, section 6). */
import { z } from "zod";

/** Switches of one server; what is usual is Mastodon's own way. */
export const connectingShape = {
  /** "one-dance": a client id is a session there, and leads nobody else in. */
  appServes: z.enum(["everybody", "one-dance"]),
  /** What an app gets for its own credentials. "free-text": Mastodon's answer, but unknown apps are refused in words with 400. */
  clientCredentials: z.enum(["checked", "free-text", "granted-to-all", "unsupported", "page"]),
  /** The exchange of a code needs `scope`, or refuses it. */
  exchangeScope: z.enum(["ignored", "needed", "refused"]),
  /** The `scope` that a token answer tells. "repeated": the request's own. */
  scopeTold: z.enum([
    ...(["granted", "repeated", "empty", "null", "absent"] as const),
    ...(["list", "commas", "backwards", "more", "misskey"] as const),
  ]),
  /** Whose names `scopes_supported` lists. "offline": Mastodon's, and `offline_access`. "coarse": without nouns. */
  scopesListed: z.enum(["mastodon", "offline", "coarse", "misskey"]),
  /** "pretended": 200, and the token lives on. */
  revocation: z.enum(["usual", "bearer-json", "missing", "forbidden", "page", "pretended"]),
  /** The status for everything that is refused: a limit, a post that is not there, a text that is not taken. */
  refusesWith: z.enum(["usual", "401"]),
  /** What verify_credentials answers to a dead token. */
  deadTokenCheck: z.enum(["401", "500"]),
  /** "bare": without `source` and `uri`, `url: null`. "local": without `uri` alone. "numeric": ids are numbers. */
  ownAccount: z.enum(["full", "bare", "local", "numeric"]),
  /** "open-ended": the consent page has no way back. "closed": no app is let in (API_ACCESS_CLOSED). */
  consent: z.enum(["usual", "open-ended", "closed"]),
  /** Which tokens that end come with a refresh token. "empty": with one that is no text. */
  refreshTokens: z.enum(["always", "offline_access", "empty"]),
};

type Connecting = z.infer<z.ZodObject<typeof connectingShape>>;

export const usualConnecting: Connecting = {
  appServes: "everybody",
  clientCredentials: "checked",
  exchangeScope: "ignored",
  scopeTold: "granted",
  scopesListed: "mastodon",
  revocation: "usual",
  refusesWith: "usual",
  deadTokenCheck: "401",
  ownAccount: "full",
  consent: "usual",
  refreshTokens: "always",
};

/** As seen on running servers, or read in their code. */
export const connectingOf = {
  gotosocial: { clientCredentials: "free-text" },
  snac: {
    ...{ scopeTold: "repeated", clientCredentials: "unsupported", consent: "open-ended" },
  },
  wordpress: { ownAccount: "local" },
  activities: {
    // Its metadata does not name the scope by which tokens could be renewed.
    ...{ clientCredentials: "unsupported", ownAccount: "bare", refreshTokens: "offline_access" },
  },
  sharkey: {
    ...{ appServes: "one-dance", clientCredentials: "granted-to-all", scopeTold: "repeated" },
    ...{ scopesListed: "misskey", revocation: "missing", refusesWith: "401", deadTokenCheck: "500" },
  },
  iceshrimp: { exchangeScope: "needed", clientCredentials: "unsupported" },
  mitra: { clientCredentials: "unsupported", revocation: "bearer-json", refreshTokens: "offline_access" },
} as const satisfies Record<string, Partial<Connecting>>;
