/** What the simulated Mastodon remembers: its servers with their switches, and each server's accounts, apps, tokens and posts. */
import { z } from "zod";
import { accountSchema, postSchema } from "./network.ts";

/** How one server behaves. All of it can be changed through POST /_emulator/switches. */
export const switchesSchema = z.strictObject({
  /** What answers: the Mastodon API, Misskey's lack of one, or a web page for everything. */
  api: z.enum(["mastodon", "misskey", "html"]),
  /** "4.2": no OAuth metadata, no PKCE, no `profile` scope, no `redirect_uris` in the app's answer. */
  release: z.enum(["4.6", "4.2"]),
  software: z.string(),
  /** As nodeinfo and the instance tell it. */
  version: z.string(),
  /** Whose words, and status for a refused post, errors use. */
  errors: z.enum(["mastodon", "gotosocial", "hollo"]),
  /** Refuses fields and scopes that it does not know, at /api/v1/apps and /oauth/revoke. */
  strictFields: z.boolean(),
  /** Answers 406 unless `Accept` takes JSON. */
  strictAccept: z.boolean(),
  stateOnRefusal: z.boolean(),
  /** "expiring": tokens end after `tokenSeconds` and come with a refresh token that is good for one use. */
  tokens: z.enum(["endless", "expiring"]),
  tokenSeconds: z.int().min(1),
  /** The same app, person and scopes get the same token again (only endless ones). */
  reusesTokens: z.boolean(),
  createdAtUnit: z.enum(["seconds", "milliseconds"]),
  idempotency: z.enum(["kept", "bug-500-on-repeat", "unsupported"]),
  /** What a repeat gets when the first post was deleted meanwhile. */
  repeatAfterDelete: z.enum(["not-found", "posts-again"]),
  /** "graphemes": a link counts `urlCharacters`, @user@domain counts as @user. "runes": everything counts. */
  counting: z.enum(["graphemes", "runes"]),
  maxCharacters: z.int().min(1),
  urlCharacters: z.int().min(1),
  enforcesLength: z.boolean(),
  maxMedia: z.int().min(1),
  media: z.enum(["ready-at-once", "processed-later", "processing-fails"]),
  /** "v1": only /api/v1/instance, with `max_toot_chars`. */
  instanceApi: z.enum(["v2", "v1"]),
  hostMeta: z.boolean(),
  /** Statuses have a `url`; else it is null and only `uri` tells. */
  statusUrls: z.boolean(),
  /** Answers as if posted, and stores nothing, as against spam. */
  dropsSilently: z.boolean(),
  rateLimits: z.boolean(),
  cardDelayMs: z.int().min(0),
  ids: z.enum(["decimal", "uuid", "ulid", "flake"]),
});
export type Switches = z.infer<typeof switchesSchema>;

const serverSchema = z.object({
  /** Where its API lives; also its key. */
  host: z.string(),
  /** The domain in its handles, where that is another one. */
  accountDomain: z.string().optional(),
  title: z.string(),
  switches: switchesSchema,
});
export type MastodonServer = z.infer<typeof serverSchema>;

/** Its `id` is unique among all servers; `apiId` is what the server tells, unique only there. */
const mastodonAccountSchema = accountSchema.extend({
  server: z.string(),
  apiId: z.string(),
  status: z.enum(["active", "disabled"]),
  defaultVisibility: z.enum(["public", "unlisted", "private"]),
  language: z.string(),
  /** Domains whose pages may credit this account. */
  attributionDomains: z.array(z.string()),
});
export type MastodonAccount = z.infer<typeof mastodonAccountSchema>;

export const visibilitySchema = z.enum(["public", "unlisted", "private", "direct"]);

const statusSchema = postSchema.extend({
  server: z.string(),
  uri: z.string(),
  appName: z.string(),
  visibility: visibilitySchema,
  language: z.string(),
  spoilerText: z.string(),
  sensitive: z.boolean(),
  inReplyToId: z.string().nullable(),
});
export type MastodonStatus = z.infer<typeof statusSchema>;

const appSchema = z.object({
  id: z.string(),
  server: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  redirectUris: z.array(z.string()),
  scopes: z.array(z.string()),
  clientId: z.string(),
  clientSecret: z.string(),
});
export type MastodonApp = z.infer<typeof appSchema>;

const codeSchema = z.object({
  code: z.string(),
  clientId: z.string(),
  accountId: z.string(),
  redirectUri: z.string(),
  scopes: z.array(z.string()),
  challenge: z.string().optional(),
  expiresAtMs: z.number(),
});
export type AuthorizationCode = z.infer<typeof codeSchema>;

const tokenSchema = z.object({
  server: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  clientId: z.string(),
  /** Absent: the token is the app's own. */
  accountId: z.string().optional(),
  scopes: z.array(z.string()),
  createdAtMs: z.number(),
  expiresAtMs: z.number().optional(),
  endedBy: z.enum(["revoked", "expired", "refreshed"]).optional(),
});
export type MastodonToken = z.infer<typeof tokenSchema>;

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
export type MastodonMedia = z.infer<typeof mediaSchema>;

export const mastodonMemorySchema = z.object({
  servers: z.array(serverSchema),
  accounts: z.array(mastodonAccountSchema),
  posts: z.array(statusSchema),
  apps: z.array(appSchema),
  codes: z.array(codeSchema),
  tokens: z.array(tokenSchema),
  media: z.array(mediaSchema),
  /** By account and key, as one string: the status that the first success made. */
  idempotency: z.record(z.string(), z.object({ statusId: z.string(), at: z.number() })),
  /** By who and what, as one string: calls counted in the present window. */
  rates: z.record(z.string(), z.object({ windowStart: z.number(), count: z.number() })),
});
export type MastodonMemory = z.infer<typeof mastodonMemorySchema>;
