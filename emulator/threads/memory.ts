/** The memory of the simulated Threads and its initial state. */

import { z } from "zod";
import { listingSwitches, plainListing } from "../control/listing.ts";
import { codeSchema, grantSchema, type MetaApp, metaAppSchema, tokenSchema } from "../meta/grants.ts";
import { accountSchema, linkCardSchema, postSchema, type World } from "../network.ts";

export const threadsAccountSchema = accountSchema.extend({
  /** "restricted": the person must open the Threads app first. */
  state: z.enum(["active", "restricted"]),
});
export type ThreadsAccount = z.infer<typeof threadsAccountSchema>;

const containerSchema = z.object({
  id: z.string(),
  accountId: z.string(),
  clientId: z.string(),
  kind: z.enum(["TEXT", "IMAGE", "CAROUSEL"]),
  isCarouselItem: z.boolean(),
  text: z.string(),
  linkAttachment: z.string().optional(),
  altText: z.string(),
  /** The post to which it replies. */
  replyToId: z.string().optional(),
  /** Who may reply. Absent: everyone. */
  replyControl: z.string().optional(),
  /** For an image. */
  pictureId: z.string().optional(),
  /** For a carousel. */
  childIds: z.array(z.string()),
  createdAtMs: z.number(),
  readyAtMs: z.number(),
  /** The reason if processing failed. */
  failedWith: z.string().optional(),
  /** The post made from it. */
  mediaId: z.string().optional(),
  card: linkCardSchema.nullable(),
});
export type Container = z.infer<typeof containerSchema>;

const threadsPostSchema = postSchema.extend({
  clientId: z.string(),
  containerId: z.string(),
  shortcode: z.string(),
  mediaType: z.enum(["TEXT_POST", "IMAGE", "CAROUSEL_ALBUM"]),
  isReply: z.boolean(),
  replyControl: z.string().optional(),
});
export type ThreadsPost = z.infer<typeof threadsPostSchema>;

export const switchesSchema = z.strictObject({
  /** How long a container is IN_PROGRESS. */
  textSeconds: z.number().min(0),
  pictureSeconds: z.number().min(0),
  /** For how long after its creation a container cannot be published, whatever its status. */
  propagationSeconds: z.number().min(0),
  /** The reason with which new containers end in ERROR; "" for none. */
  containerError: z.string(),
  /** Posts, replies and deletions per profile within 24 hours. */
  postQuota: z.int().min(0),
  replyQuota: z.int().min(0),
  deleteQuota: z.int().min(0),
  /** The code for a dead token: 190, or the 100 that was also seen. */
  deadTokens: z.enum(["refused", "not-found"]),
  ...listingSwitches,
  /** For how long a published container still reports FINISHED. */
  staleContainerSeconds: z.number().min(0),
  /** The answer to publishing a container again. The real one is unknown, but there is no second post. */
  publishedTwice: z.enum(["refused", "not-found"]),
  /** Threads omits the permalink of flagged posts. */
  permalinks: z.enum(["shown", "missing"]),
  /** The tokens that may be inspected. */
  debugToken: z.enum(["everybody", "testers"]),
});
export type Switches = z.infer<typeof switchesSchema>;

export const memorySchema = z.object({
  accounts: z.array(threadsAccountSchema),
  posts: z.array(threadsPostSchema),
  apps: z.array(metaAppSchema),
  codes: z.array(codeSchema),
  grants: z.array(grantSchema),
  tokens: z.array(tokenSchema),
  containers: z.array(containerSchema),
  switches: switchesSchema,
});
export type ThreadsMemory = z.infer<typeof memorySchema>;
export type ThreadsWorld = World<ThreadsMemory>;

export const appDefaults = { redirectUris: [], reviewed: true, testers: [] } satisfies Partial<MetaApp>;

export function begin(): ThreadsMemory {
  return {
    accounts: [
      { id: "26012345678901234", username: "ana", displayName: "Ana Lima", state: "active" },
      { id: "26012345678905678", username: "ben", displayName: "Ben Okafor", state: "active" },
    ],
    posts: [],
    apps: [
      {
        ...appDefaults,
        clientId: "990602627938099",
        clientSecret: "sharewell-demo-secret",
        redirectUris: [
          "http://127.0.0.1:4100/social/callback/threads/",
          "http://localhost:4100/social/callback/threads/",
        ],
        deauthorizeUrl: "http://127.0.0.1:4100/social/callback/threads/deauthorize/",
        deletionUrl: "http://127.0.0.1:4100/social/callback/threads/delete/",
      },
    ],
    codes: [],
    grants: [],
    tokens: [],
    containers: [],
    switches: {
      textSeconds: 1,
      pictureSeconds: 5,
      propagationSeconds: 3,
      containerError: "",
      postQuota: 250,
      replyQuota: 1_000,
      deleteQuota: 100,
      deadTokens: "refused",
      ...plainListing,
      staleContainerSeconds: 0,
      publishedTwice: "refused",
      permalinks: "shown",
      debugToken: "everybody",
    },
  };
}
