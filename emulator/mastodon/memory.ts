/** The memory of the simulated Mastodon: servers with their switches, accounts, apps, tokens and posts. */
import { z } from "zod";
import { accountSchema, postSchema } from "../network.ts";
import { connectingShape } from "./oauth/connecting.ts";
import { releases } from "./releases.ts";

/** The behaviour of one server, which POST /_emulator/switches can change. */
export const switchesSchema = z.strictObject({
  /** The kind of server: the Mastodon API, Misskey without it, or a web page for every path. */
  api: z.enum(["mastodon", "misskey", "html"]),
  /**
   * Before 4.3: no OAuth metadata, no PKCE, no `profile` scope, no `redirect_uris` in the app's answer. Before 4.4: no
   * userinfo, no expiry of the secret. Before 4.5: no quote policies.
   */
  release: z.enum(releases),
  software: z.string(),
  /** The software in nodeinfo and the instance. */
  version: z.string(),
  /** The instance's `version`, if it is not composed from `software` and `version`. */
  instanceVersion: z.string(),
  nodeinfo: z.boolean(),
  /** The server family whose error texts and status for a refused post are used. */
  errors: z.enum(["mastodon", "gotosocial", "hollo"]),
  /** Refuses unknown fields and scopes at /api/v1/apps and /oauth/revoke. */
  strictFields: z.boolean(),
  /** The path to start a post on that webfinger names (FEP-3b86); empty for none. */
  createIntent: z.string(),
  /** Answers 406 unless `Accept` allows JSON. */
  strictAccept: z.boolean(),
  stateOnRefusal: z.boolean(),
  /** Sends `iss` in the answer (RFC 9207) and says so in its metadata. */
  tellsIssuer: z.boolean(),
  /** Another domain that it falsely claims; empty for none. */
  claimedDomain: z.string(),
  /** "expiring": tokens expire after `tokenSeconds` and have a refresh token for one use. */
  tokens: z.enum(["endless", "expiring"]),
  tokenSeconds: z.int().min(1),
  /** The same app, person and scopes get the same token again, if it does not expire. */
  reusesTokens: z.boolean(),
  createdAtUnit: z.enum(["seconds", "milliseconds"]),
  /**
   * "kept-once-made": a repeat while the post is still being made makes another one, as before 4.6. "burnt": the key
   * is used up by the attempt, so that a failed attempt cannot be repeated with it.
   */
  idempotency: z.enum(["kept", "kept-once-made", "burnt", "bug-500-on-repeat", "unsupported"]),
  /** How long making a post takes, by its clock; no answer is ever sent. 0: at once. */
  commitSeconds: z.number().min(0),
  /** What anonymous readers get of an account's posts. "partial": only the first, as if there were no more. */
  listForStrangers: z.enum(["whole", "partial", "refused"]),
  /** A list request with a token without `read:statuses`: refused, accepted, or treated as anonymous. */
  listScope: z.enum(["needed", "ignored", "as-stranger"]),
  /** Newer posts are not listed yet. */
  listLagSeconds: z.number().min(0),
  listOrder: z.enum(["newest-first", "oldest-first"]),
  /** "first-alone": only the first page has posts. "repeated": `max_id` is ignored. */
  listPages: z.enum(["all", "first-alone", "repeated"]),
  /** The maximum length of a page. */
  listPageMost: z.int().min(1),
  /** The reported time of a status. "hour-early", "hour-late": by a wrong clock. */
  statusTimes: z.enum(["exact", "day", "without-zone", "number", "absent", "hour-early", "hour-late"]),
  statusIds: z.enum(["strings", "numbers"]),
  /**
   * How a text is rendered. "unescaped": as typed, except for bold and italic words, as snac does. "plain": tags
   * are removed and addresses are not linked, as WordPress does. "stripped": tags are removed, as Pixelfed does.
   */
  content: z.enum(["escaped", "unescaped", "plain", "stripped"]),
  /** "private": posts for followers are not listed, not even to their author. */
  listHides: z.enum(["nothing", "private"]),
  /** "missing": the call does not exist, and the post stays. */
  deletion: z.enum(["usual", "missing"]),
  /** The answer to a second deletion. */
  deletesAgain: z.enum(["not-found", "done", "unauthorized"]),
  /** The answer to a repeat if the first post was deleted meanwhile. */
  repeatAfterDelete: z.enum(["not-found", "posts-again"]),
  /**
   * "graphemes": a link counts `urlCharacters`, @user@domain counts as @user. "older-graphemes": likewise, with those of
   * Ruby before 4.0. "full-graphemes", "runes" (code points) and "units" (of UTF-16): everything counts.
   */
  counting: z.enum(["graphemes", "older-graphemes", "full-graphemes", "runes", "units"]),
  maxCharacters: z.int().min(1),
  urlCharacters: z.int().min(1),
  enforcesLength: z.boolean(),
  maxMedia: z.int().min(1),
  /** Refuses posts without a picture. */
  needsPicture: z.boolean(),
  media: z.enum(["ready-at-once", "processed-later", "processing-fails"]),
  /** "v1": only /api/v1/instance, with `max_toot_chars`. */
  instanceApi: z.enum(["v2", "v1"]),
  hostMeta: z.boolean(),
  /** Another host to which every request is redirected; empty for none. */
  movedTo: z.string(),
  /** "named": a proxy refuses clients without a name, or with that of a library. */
  userAgents: z.enum(["any", "named"]),
  /** What is counted for rate limits: each token, or the caller's address with all its people. */
  limitsBy: z.enum(["token", "address"]),
  /** Statuses have a `url`; otherwise it is null and only `uri` is set. */
  statusUrls: z.boolean(),
  /** Answers as if posted, but stores nothing, as a spam filter does. */
  dropsSilently: z.boolean(),
  rateLimits: z.boolean(),
  cardDelayMs: z.int().min(0),
  ids: z.enum(["decimal", "uuid", "ulid", "flake"]),
  ...connectingShape,
});
export type Switches = z.infer<typeof switchesSchema>;

const serverSchema = z.object({
  /** The host of its API, which also identifies it. */
  host: z.string(),
  /** The domain in its handles, if different. */
  accountDomain: z.string().optional(),
  title: z.string(),
  switches: switchesSchema,
});
export type Server = z.infer<typeof serverSchema>;

/** `id` is unique among all servers; `apiId`, which the API returns, only on its server. */
const mastodonAccountSchema = accountSchema.extend({
  server: z.string(),
  apiId: z.string(),
  /** The state on its server. Accounts that moved can be read but cannot post. */
  status: z.enum(["active", "disabled", "unconfirmed", "pending", "without-2fa", "moved"]),
  defaultVisibility: z.enum(["public", "unlisted", "private"]),
  language: z.string(),
  /** Domains whose pages may credit this account. */
  attributionDomains: z.array(z.string()),
});
export type MastodonAccount = z.infer<typeof mastodonAccountSchema>;

export const visibilitySchema = z.enum(["public", "unlisted", "private", "direct"]);

/** Who may quote it, since 4.5. */
export const quotePolicySchema = z.enum(["public", "followers", "nobody"]);

const statusSchema = postSchema.extend({
  server: z.string(),
  uri: z.string(),
  appName: z.string(),
  visibility: visibilitySchema,
  language: z.string(),
  spoilerText: z.string(),
  quotePolicy: quotePolicySchema.optional(),
  sensitive: z.boolean(),
  inReplyToId: z.string().nullable(),
});
export type Status = z.infer<typeof statusSchema>;

const appSchema = z.object({
  id: z.string(),
  server: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  redirectUris: z.array(z.string()),
  scopes: z.array(z.string()),
  clientId: z.string(),
  clientSecret: z.string(),
  /** Whether it was used, on servers where an app serves one flow. */
  used: z.boolean().optional(),
});
export type App = z.infer<typeof appSchema>;

const codeSchema = z.object({
  code: z.string(),
  clientId: z.string(),
  accountId: z.string(),
  redirectUri: z.string(),
  scopes: z.array(z.string()),
  challenge: z.string().optional(),
  expiresAtMs: z.number(),
});

const tokenSchema = z.object({
  server: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  clientId: z.string(),
  /** Absent for the app's own token. */
  accountId: z.string().optional(),
  scopes: z.array(z.string()),
  createdAtMs: z.number(),
  expiresAtMs: z.number().optional(),
  endedBy: z.enum(["revoked", "expired", "refreshed"]).optional(),
});
export type Token = z.infer<typeof tokenSchema>;

const mediaSchema = z.object({
  id: z.string(),
  accountId: z.string(),
  pictureId: z.string(),
  width: z.number(),
  height: z.number(),
  altText: z.string(),
  state: z.enum(["processing", "ready", "failed"]),
  polls: z.number(),
  failsLater: z.boolean(),
  /** A picture belongs to one status. */
  statusId: z.string().optional(),
});
export type Media = z.infer<typeof mediaSchema>;

/** A post in the making, and the time when it will exist. */
const pendingSchema = z.object({
  status: statusSchema,
  key: z.string().optional(),
  atMs: z.number(),
});
export type PendingStatus = z.infer<typeof pendingSchema>;

export const memorySchema = z.object({
  servers: z.array(serverSchema),
  accounts: z.array(mastodonAccountSchema),
  posts: z.array(statusSchema),
  apps: z.array(appSchema),
  codes: z.array(codeSchema),
  tokens: z.array(tokenSchema),
  media: z.array(mediaSchema),
  /** By account and key, as one string: the id of the status, or "" for a key that a failure used up. */
  idempotency: z.record(z.string(), z.object({ statusId: z.string(), at: z.number() })),
  pending: z.array(pendingSchema),
  /** Calls in the current window, by caller and limit as one string. */
  rates: z.record(z.string(), z.object({ windowStart: z.number(), count: z.number() })),
});
export type MastodonMemory = z.infer<typeof memorySchema>;
