/** How servers with Mastodon's API differ in authorizing and refusing apps (docs/networks/mastodon.md, section 6). */
import { z } from "zod";

/** Switches of one server; the default is Mastodon's behaviour. */
export const connectingShape = {
  /** "one-flow": a client id serves one flow and nobody else. */
  appServes: z.enum(["everybody", "one-flow"]),
  /** The answer to client credentials. "free-text": like Mastodon, but unknown apps get a 400 with plain text. */
  clientCredentials: z.enum(["checked", "free-text", "granted-to-all", "unsupported", "page"]),
  /** Whether exchanging a code requires `scope`, or refuses it. */
  exchangeScope: z.enum(["ignored", "needed", "refused"]),
  /** The `scope` in a token answer. "repeated": that of the request. */
  scopeTold: z.enum([
    ...(["granted", "repeated", "empty", "null", "absent"] as const),
    ...(["list", "commas", "backwards", "more", "misskey"] as const),
  ]),
  /**
   * The names in `scopes_supported`. "offline": Mastodon's and `offline_access`. "coarse": only the verbs, and no others
   * are accepted.
   */
  scopesListed: z.enum(["mastodon", "offline", "coarse", "misskey"]),
  /** Whether /.well-known/oauth-authorization-server exists, which Mastodon has since 4.3. */
  metadata: z.boolean(),
  /** The status for a wrong or used code. */
  codeRefusal: z.enum(["400", "401"]),
  /** "pretended": answers 200, but the token stays valid. "whole-app": ends every token of the app. */
  revocation: z.enum(["usual", "bearer-json", "missing", "forbidden", "page", "pretended", "whole-app"]),
  /** The status for every refusal: a limit, a missing post, an invalid text. */
  refusesWith: z.enum(["usual", "401"]),
  /** The answer of verify_credentials to a dead token. */
  deadTokenCheck: z.enum(["401", "500"]),
  /** "bare": without `source` and `uri`, `url: null`. "local": without `uri` alone. "numeric": ids are numbers. */
  ownAccount: z.enum(["full", "bare", "local", "numeric"]),
  /** "open-ended": the consent page has no redirect. "closed": no app is accepted (API_ACCESS_CLOSED). */
  consent: z.enum(["usual", "open-ended", "closed"]),
  /** Which expiring tokens have a refresh token. "empty": one that is not text. */
  refreshTokens: z.enum(["always", "offline_access", "empty"]),
};

type Connecting = z.infer<z.ZodObject<typeof connectingShape>>;

export const usualConnecting: Connecting = {
  appServes: "everybody",
  clientCredentials: "checked",
  exchangeScope: "ignored",
  scopeTold: "granted",
  scopesListed: "mastodon",
  metadata: true,
  codeRefusal: "400",
  revocation: "usual",
  refusesWith: "usual",
  deadTokenCheck: "401",
  ownAccount: "full",
  consent: "usual",
  refreshTokens: "always",
};
