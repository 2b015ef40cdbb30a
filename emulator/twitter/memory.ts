/** The memory of the simulated X and its initial state. */

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

export const appSchema = z.strictObject({
  clientId: z.string().min(1),
  /** As people read it on the consent page. Absent: the id. */
  name: z.string().optional(),
  clientSecret: z.string(),
  redirectUris: z.array(z.url()).max(10),
  type: z.enum(["confidential", "public"]),
  /** Tokens keep the permission with which they were issued. */
  permission: permissionSchema,
  /** In US dollars. At zero or below, calls are refused. Only apps on pay-per-use are charged. */
  credits: z.number(),
  /** "free" is the former plan: no charges, daily counters in headers. */
  plan: z.enum(["pay-per-use", "free"]),
  /** Whether the app has access to the API at all. */
  enrolled: z.boolean(),
});
export type App = z.infer<typeof appSchema>;

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

/** The place of a t.co link in the text, in code points; `url` is the t.co link, `expandedUrl` the target. */
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
  /** As the API returns it: links replaced by t.co; `&`, `<` and `>` escaped as HTML. */
  shownText: z.string(),
  links: z.array(shownLinkSchema),
  mediaKeys: z.array(z.string()),
  repliesToId: z.string().optional(),
  /** Who may reply. Absent: everyone. */
  replySettings: z.string().optional(),
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
  /** The appended chunks, until the upload is finalized. Bytes of videos are counted, not kept. */
  segments: z.array(segmentSchema),
  /** Absent until finalized. */
  finalizedAtMs: z.number().optional(),
  processing: z
    .object({ endsAtMs: z.number(), startedAtMs: z.number(), result: z.enum(["succeeded", "failed"]) })
    .optional(),
  expiresAtMs: z.number(),
  pictureId: z.string().optional(),
  altText: z.string(),
});
export type Media = z.infer<typeof twitterMediaSchema>;

export const switchesSchema = z.strictObject({
  /** For how long the same text by the same account is a duplicate. */
  duplicateWindowSeconds: z.number().min(0),
  /** POST /2/tweets, per account and 15 minutes. */
  postsPerWindow: z.int().min(1),
  /** The two bodies that X sent with 402. */
  creditsAnswer: z.enum(["older", "newer"]),
  /** The two error codes that the token endpoint returned for a dead code or token. */
  grantError: z.enum(["invalid_request", "invalid_grant"]),
  /** The `type` URL of a problem. */
  problemOrigin: z.enum(["https://api.x.com", "https://api.twitter.com"]),
  /** The answer to deleting a missing post; both are reported of X. */
  missingPostDeletion: z.enum(["deleted", "not-found"]),
  /** The accepted names of fields: "documented" is `post.fields`, "former" is `tweet.fields`. */
  fieldNames: z.enum(["both", "documented", "former"]),
  ...listingSwitches,
  mediaProcessing: z.enum(["succeeded", "failed"]),
  mediaProcessingSeconds: z.number().min(0),
});
export type Switches = z.infer<typeof switchesSchema>;

export const memorySchema = z.object({
  accounts: z.array(twitterAccountSchema),
  posts: z.array(twitterPostSchema),
  apps: z.array(appSchema),
  codes: z.array(codeSchema),
  grants: z.array(grantSchema),
  accessTokens: z.array(z.object({ token: z.string(), grantId: z.string(), expiresAtMs: z.number() })),
  refreshTokens: z.array(z.object({ token: z.string(), grantId: z.string() })),
  media: z.array(twitterMediaSchema),
  /** Calls since `startedAtMs`, by rate limit. */
  windows: z.record(z.string(), z.object({ startedAtMs: z.number(), calls: z.number() })),
  switches: switchesSchema,
});
export type TwitterMemory = z.infer<typeof memorySchema>;
export type TwitterWorld = World<TwitterMemory>;

const person = { state: "active", protected: false } as const;

export function begin(): TwitterMemory {
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
} satisfies Partial<App>;

const snowflakeEpochMs = 1_288_834_974_657n;

/** A 19-digit id that grows with time, in milliseconds since November 2010, like X's. */
export function nextId(world: TwitterWorld): string {
  const worldId = BigInt(world.nextId());
  const milliseconds = worldId >> 16n;
  const rest = worldId & 0xffffn;
  return String(((milliseconds - snowflakeEpochMs) << 22n) | rest);
}
