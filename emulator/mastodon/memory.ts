/** What the simulated Mastodon remembers: its servers with their switches, and each server's accounts, apps, tokens and posts. */
import { z } from "zod";
import { accountSchema, postSchema } from "../network.ts";
import { connectingShape } from "./oauth/connecting.ts";

/** How one server behaves. All of it can be changed through POST /_emulator/switches. */
export const switchesSchema = z.strictObject({
  /** What answers: the Mastodon API, Misskey's lack of one, or a web page for everything. */
  api: z.enum(["mastodon", "misskey", "html"]),
  /** "4.2": no OAuth metadata, no PKCE, no `profile` scope, no `redirect_uris` in the app's answer. */
  release: z.enum(["4.6", "4.2"]),
  software: z.string(),
  /** As nodeinfo and the instance tell it. */
  version: z.string(),
  /** The instance's own `version`, where it is put together in another way. Empty: made from `software` and `version`. */
  instanceVersion: z.string(),
  nodeinfo: z.boolean(),
  /** Whose words, and status for a refused post, errors use. */
  errors: z.enum(["mastodon", "gotosocial", "hollo"]),
  /** Refuses fields and scopes that it does not know, at /api/v1/apps and /oauth/revoke. */
  strictFields: z.boolean(),
  /** Answers 406 unless `Accept` takes JSON. */
  strictAccept: z.boolean(),
  stateOnRefusal: z.boolean(),
  /** Names itself in the answer (RFC 9207), as its metadata then says. */
  tellsIssuer: z.boolean(),
  /** Another domain that it calls its own; nobody there knows of it. Empty: it is honest. */
  claimedDomain: z.string(),
  /** "expiring": tokens end after `tokenSeconds` and come with a refresh token that is good for one use. */
  tokens: z.enum(["endless", "expiring"]),
  tokenSeconds: z.int().min(1),
  /** The same app, person and scopes get the same token again (only endless ones). */
  reusesTokens: z.boolean(),
  createdAtUnit: z.enum(["seconds", "milliseconds"]),
  /**
   * "kept-once-made": a repeat beside a post that is still being made makes another one, as before 4.6. "burnt": the key
   * is taken by the try itself, and what failed can never be repeated with it.
   */
  idempotency: z.enum(["kept", "kept-once-made", "burnt", "bug-500-on-repeat", "unsupported"]),
  /** So long it takes to make a post, by its clock; longer than anybody waits: no answer ever comes. 0: at once. */
  commitSeconds: z.number().min(0),
  /** What strangers get of an account's posts. "partial": only the first of them, as if that were all. */
  listForStrangers: z.enum(["whole", "partial", "refused"]),
  /** A token without `read:statuses` that asks for a list: refused; not looked at; or taken for none. */
  listScope: z.enum(["needed", "ignored", "as-stranger"]),
  /** Posts that are younger are on no list yet. */
  listLagSeconds: z.number().min(0),
  listOrder: z.enum(["newest-first", "oldest-first"]),
  /** "first-alone": nothing comes after the first page, whatever is there. "repeated": `max_id` is not looked at. */
  listPages: z.enum(["all", "first-alone", "repeated"]),
  /** The most that one page has. */
  listPageMost: z.int().min(1),
  /** When a status is told to be made. "hour-early", "hour-late": by a clock that is wrong. */
  statusTimes: z.enum(["exact", "day", "without-zone", "number", "absent", "hour-early", "hour-late"]),
  statusIds: z.enum(["strings", "numbers"]),
  /**
   * What becomes of a text. "unescaped": as it was typed, but for its bold and italic words, as snac does. "plain": tags
   * are swallowed and addresses become no links, as WordPress does.
   */
  content: z.enum(["escaped", "unescaped", "plain"]),
  /** "missing": there is no such call, and the post stays. */
  deletion: z.enum(["usual", "missing"]),
  /** Deleting what is deleted already. */
  deletesAgain: z.enum(["not-found", "done", "unauthorized"]),
  /** What a repeat gets when the first post was deleted meanwhile. */
  repeatAfterDelete: z.enum(["not-found", "posts-again"]),
  /**
   * "graphemes": a link counts `urlCharacters`, @user@domain counts as @user. "older-graphemes": likewise, with those of
   * Ruby before 4.0. "full-graphemes" and "runes": everything counts.
   */
  counting: z.enum(["graphemes", "older-graphemes", "full-graphemes", "runes"]),
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
  ...connectingShape,
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
  /** What its server makes of it; who moved away may be read, but posts no more. */
  status: z.enum(["active", "disabled", "unconfirmed", "pending", "without-2fa", "moved"]),
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
  /** Somebody was let in with it, where it serves one dance. */
  used: z.boolean().optional(),
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

/** A post that is being made, and will be there at that time. */
const pendingSchema = z.object({
  status: statusSchema,
  key: z.string().optional(),
  atMs: z.number(),
});
export type PendingStatus = z.infer<typeof pendingSchema>;

export const mastodonMemorySchema = z.object({
  servers: z.array(serverSchema),
  accounts: z.array(mastodonAccountSchema),
  posts: z.array(statusSchema),
  apps: z.array(appSchema),
  codes: z.array(codeSchema),
  tokens: z.array(tokenSchema),
  media: z.array(mediaSchema),
  /** By account and key, as one string: the status that the first success made; "": a key that a failure burnt. */
  idempotency: z.record(z.string(), z.object({ statusId: z.string(), at: z.number() })),
  pending: z.array(pendingSchema),
  /** By who and what, as one string: calls counted in the present window. */
  rates: z.record(z.string(), z.object({ windowStart: z.number(), count: z.number() })),
});
export type MastodonMemory = z.infer<typeof mastodonMemorySchema>;
