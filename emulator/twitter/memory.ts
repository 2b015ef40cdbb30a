/** What the simulated X remembers, and how it begins. */

import { z } from "zod";
import { listingSwitches, plainListing } from "../control/listing.ts";
import { accountSchema, postSchema, type World } from "../network.ts";

const permissionSchema = z.enum(["read", "read-write"]);

export const twitterAccountSchema = accountSchema.extend({
  /** Premium and PremiumPlus may write 25,000 characters (docs/networks/x.md, section 5). */
  subscription: z.enum(["None", "Basic", "Premium", "PremiumPlus"]),
  state: z.enum(["active", "locked", "suspended"]),
  protected: z.boolean(),
});
export type TwitterAccount = z.infer<typeof twitterAccountSchema>;

export const twitterAppSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string(),
  redirectUris: z.array(z.url()).max(10),
  type: z.enum(["confidential", "public"]),
  /** Tokens keep the permission that they were minted with. */
  permission: permissionSchema,
  /** US dollars. At zero or below, calls are refused; only an app on pay-per-use is charged. */
  credits: z.number(),
  /** "free" is the old plan: nothing is charged, and day counters are sent. */
  plan: z.enum(["pay-per-use", "free"]),
  /** Whether the app has access to the API at all. */
  enrolled: z.boolean(),
});
export type TwitterApp = z.infer<typeof twitterAppSchema>;

const codeSchema = z.object({
  code: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  challenge: z.string(),
  method: z.enum(["S256", "plain"]),
  accountId: z.string(),
  scopes: z.array(z.string()),
  expiresAtMs: z.number(),
});
export type Code = z.infer<typeof codeSchema>;

const grantSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  accountId: z.string(),
  scopes: z.array(z.string()),
  permission: permissionSchema,
});
export type Grant = z.infer<typeof grantSchema>;

/** Where in a shown text the t.co link `url` stands for `expandedUrl`, counted in code points. */
const shownLinkSchema = z.object({
  start: z.number(),
  end: z.number(),
  url: z.string(),
  expandedUrl: z.string(),
  displayUrl: z.string(),
  mediaKey: z.string().optional(),
});
export type ShownLink = z.infer<typeof shownLinkSchema>;

const twitterPostSchema = postSchema.extend({
  clientId: z.string(),
  /** As the API returns it: links replaced by t.co, `&`, `<` and `>` written as HTML. */
  shownText: z.string(),
  links: z.array(shownLinkSchema),
  mediaKeys: z.array(z.string()),
  repliesToId: z.string().optional(),
});
export type TwitterPost = z.infer<typeof twitterPostSchema>;

const segmentSchema = z.object({ index: z.number(), bytes: z.number(), base64: z.string() });

export const mediaCategories = ["tweet_image", "tweet_gif", "tweet_video", "amplify_video"] as const;

const twitterMediaSchema = z.object({
  id: z.string(),
  mediaKey: z.string(),
  ownerIds: z.array(z.string()),
  category: z.enum(mediaCategories),
  mediaType: z.string(),
  totalBytes: z.number(),
  /** What was appended so far; emptied when the upload is finalized. A video's bytes are counted, not kept. */
  segments: z.array(segmentSchema),
  /** Absent: not finalized yet. */
  finalizedAtMs: z.number().optional(),
  processing: z
    .object({ endsAtMs: z.number(), startedAtMs: z.number(), result: z.enum(["succeeded", "failed"]) })
    .optional(),
  expiresAtMs: z.number(),
  pictureId: z.string().optional(),
  altText: z.string(),
});
export type TwitterMedia = z.infer<typeof twitterMediaSchema>;

export const switchesSchema = z.strictObject({
  /** How long the same text by the same account counts as a duplicate. */
  duplicateWindowSeconds: z.number().min(0),
  /** POST /2/tweets, per account and 15 minutes. */
  postsPerWindow: z.int().min(1),
  /** The two bodies that X has sent with 402. */
  creditsAnswer: z.enum(["older", "newer"]),
  /** The two names that the token endpoint has given a dead code or token. */
  grantError: z.enum(["invalid_request", "invalid_grant"]),
  /** Where the `type` of a problem points. */
  problemOrigin: z.enum(["https://api.x.com", "https://api.twitter.com"]),
  /** Deleting what is not there: both have been told of X. */
  missingPostDeletion: z.enum(["deleted", "not-found"]),
  /** Which spelling of its fields it takes: "documented" is `post.fields`, "former" `tweet.fields`. */
  fieldNames: z.enum(["both", "documented", "former"]),
  ...listingSwitches,
  mediaProcessing: z.enum(["succeeded", "failed"]),
  mediaProcessingSeconds: z.number().min(0),
});
export type TwitterSwitches = z.infer<typeof switchesSchema>;

export const twitterMemorySchema = z.object({
  accounts: z.array(twitterAccountSchema),
  posts: z.array(twitterPostSchema),
  apps: z.array(twitterAppSchema),
  codes: z.array(codeSchema),
  grants: z.array(grantSchema),
  accessTokens: z.array(z.object({ token: z.string(), grantId: z.string(), expiresAtMs: z.number() })),
  refreshTokens: z.array(z.object({ token: z.string(), grantId: z.string() })),
  media: z.array(twitterMediaSchema),
  /** Calls counted since `startedAtMs`, by what they are counted for. */
  windows: z.record(z.string(), z.object({ startedAtMs: z.number(), calls: z.number() })),
  switches: switchesSchema,
});
export type TwitterMemory = z.infer<typeof twitterMemorySchema>;
export type TwitterWorld = World<TwitterMemory>;

const person = { state: "active", protected: false } as const;

export function beginTwitter(): TwitterMemory {
  return {
    accounts: [
      {
        id: "1102394857263748501",
        username: "ana",
        displayName: "Ana Lima",
        subscription: "None",
        ...person,
      },
      {
        id: "1102394857263748502",
        username: "ben",
        displayName: "Ben Okafor",
        subscription: "Premium",
        ...person,
      },
    ],
    posts: [],
    apps: [
      {
        ...appDefaults,
        clientId: "sharewell-demo",
        clientSecret: "sharewell-demo-secret",
        redirectUris: [
          "http://127.0.0.1:4100/social/callback/twitter/",
          "http://localhost:4100/social/callback/twitter/",
        ],
      },
    ],
    codes: [],
    grants: [],
    accessTokens: [],
    refreshTokens: [],
    media: [],
    windows: {},
    switches: {
      duplicateWindowSeconds: 24 * 60 * 60,
      postsPerWindow: 100,
      creditsAnswer: "newer",
      grantError: "invalid_request",
      problemOrigin: "https://api.x.com",
      missingPostDeletion: "deleted",
      fieldNames: "both",
      ...plainListing,
      mediaProcessing: "succeeded",
      mediaProcessingSeconds: 2,
    },
  };
}

export const appDefaults = {
  clientSecret: "",
  redirectUris: [],
  type: "confidential",
  permission: "read-write",
  credits: 1_000,
  plan: "pay-per-use",
  enrolled: true,
} satisfies Partial<TwitterApp>;

const snowflakeEpochMs = 1_288_834_974_657n;

/** A 19-digit id that grows with time: X counts milliseconds from November 2010. */
export function nextTwitterId(world: TwitterWorld): string {
  const worldId = BigInt(world.nextId());
  const milliseconds = worldId >> 16n;
  const rest = worldId & 0xffffn;
  return String(((milliseconds - snowflakeEpochMs) << 22n) | rest);
}
