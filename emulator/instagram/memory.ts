/** The memory of the simulated Instagram and its initial state. */

import { z } from "zod";
import { listingSwitches, plainListing } from "../control/listing.ts";
import { codeSchema, grantSchema, type MetaApp, metaAppSchema, tokenSchema } from "../meta/grants.ts";
import { accountSchema, postSchema, type World } from "../network.ts";

export const instagramAccountSchema = accountSchema.extend({
  /** The app-scoped id with Instagram Login, besides the account's (docs/networks/instagram.md, section 3.5). */
  scopedId: z.string(),
  /** Only the first two, professional accounts, accept posts. */
  type: z.enum(["BUSINESS", "CREATOR", "PERSONAL"]),
  /** "restricted": the person must sign in to the Instagram app first. */
  state: z.enum(["active", "restricted"]),
});
export type InstagramAccount = z.infer<typeof instagramAccountSchema>;

const containerSchema = z.object({
  id: z.string(),
  accountId: z.string(),
  clientId: z.string(),
  kind: z.enum(["IMAGE", "CAROUSEL"]),
  isCarouselItem: z.boolean(),
  caption: z.string(),
  altText: z.string(),
  /** For an image. */
  pictureId: z.string().optional(),
  /** For a carousel. */
  childIds: z.array(z.string()),
  createdAtMs: z.number(),
  readyAtMs: z.number(),
  /** The subcode if processing its picture failed. */
  failedWith: z.number().optional(),
  /** The media made from it. */
  mediaId: z.string().optional(),
});
export type Container = z.infer<typeof containerSchema>;

const instagramPostSchema = postSchema.extend({
  clientId: z.string(),
  containerId: z.string(),
  shortcode: z.string(),
  mediaType: z.enum(["IMAGE", "CAROUSEL_ALBUM"]),
  comments: z
    .array(z.object({ id: z.string(), text: z.string(), username: z.string(), at: z.string() }))
    .default([]),
});
export type InstagramPost = z.infer<typeof instagramPostSchema>;

export const switchesSchema = z.strictObject({
  /** The two formats of the answer to a code (docs/networks/instagram.md, section 3.2). */
  tokenAnswer: z.enum(["flat", "listed"]),
  /** How long a container is IN_PROGRESS. */
  containerSeconds: z.number().min(0),
  /** The subcode with which containers end in ERROR; 0 for none. */
  containerError: z.int().min(0),
  /** Posts per account and day; Meta documents all three values. */
  quota: z.union([z.literal(100), z.literal(50), z.literal(25)]),
  ...listingSwitches,
  /** For how long a published container still reports FINISHED. */
  staleContainerSeconds: z.number().min(0),
  /** Calls per account before error 80002; 0 for no limit. */
  callBudget: z.int().min(0),
  /** Whether a personal account gets a token that cannot post, or is stopped on Instagram's page. */
  personalAccounts: z.enum(["let-in", "stopped"]),
});

export const memorySchema = z.object({
  accounts: z.array(instagramAccountSchema),
  posts: z.array(instagramPostSchema),
  apps: z.array(metaAppSchema),
  codes: z.array(codeSchema),
  grants: z.array(grantSchema),
  tokens: z.array(tokenSchema),
  containers: z.array(containerSchema),
  /** Calls so far, by account, since the budget was set. */
  callsMade: z.record(z.string(), z.number()),
  switches: switchesSchema,
});
export type InstagramMemory = z.infer<typeof memorySchema>;
export type InstagramWorld = World<InstagramMemory>;

export const appDefaults = { redirectUris: [], reviewed: true, testers: [] } satisfies Partial<MetaApp>;

export function begin(): InstagramMemory {
  return {
    accounts: [
      person("17841405793187218", "ana", "Ana Lima", "BUSINESS"),
      person("17841405793187219", "lima.events", "Lima Events", "BUSINESS"),
      person("17841405793187220", "ben", "Ben Okafor", "CREATOR"),
      person("17841405793187221", "cara", "Cara Personal", "PERSONAL"),
    ],
    posts: [],
    apps: [
      {
        ...appDefaults,
        clientId: "990602627938098",
        clientSecret: "sharewell-demo-secret",
        redirectUris: [
          "http://127.0.0.1:4100/social/callback/instagram/",
          "http://localhost:4100/social/callback/instagram/",
        ],
        deauthorizeUrl: "http://127.0.0.1:4100/social/callback/instagram/deauthorize/",
        deletionUrl: "http://127.0.0.1:4100/social/callback/instagram/delete/",
      },
    ],
    codes: [],
    grants: [],
    tokens: [],
    containers: [],
    callsMade: {},
    switches: {
      tokenAnswer: "flat",
      containerSeconds: 3,
      containerError: 0,
      quota: 100,
      ...plainListing,
      staleContainerSeconds: 0,
      callBudget: 0,
      personalAccounts: "let-in",
    },
  };
}

function person(
  id: string,
  username: string,
  displayName: string,
  type: InstagramAccount["type"],
): InstagramAccount {
  // App-scoped ids have another length than the accounts' own.
  const scopedId = String(BigInt(id) + 9_483_470_140_571_549n);
  return { id, scopedId, username, displayName, type, state: "active" };
}
