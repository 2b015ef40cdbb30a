/** The memory of the simulated Facebook and its initial state. */

import { z } from "zod";
import { listingSwitches, plainListing } from "../control/listing.ts";
import { accountSchema, postSchema, type World } from "../network.ts";

/** A person's tasks on a Page; posting needs CREATE_CONTENT or MANAGE. */
const tasks = ["MANAGE", "CREATE_CONTENT", "MODERATE", "MESSAGING", "ADVERTISE", "ANALYZE"] as const;

const roleSchema = z.object({
  accountId: z.string(),
  tasks: z.array(z.enum(tasks)),
  /** Access through a business portfolio is visible only with `business_management`. */
  through: z.enum(["page", "portfolio"]),
});

export const pageSchema = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string().optional(),
  category: z.string(),
  roles: z.array(roleSchema),
  /** The portfolio of the Page, and whether the portfolio owns it or manages it for a client. */
  portfolio: z.object({ id: z.string(), kind: z.enum(["owned", "client"]) }).optional(),
  /** The linked professional Instagram account. */
  instagramAccountId: z.string().optional(),
});
export type Page = z.infer<typeof pageSchema>;

const portfolioSchema = z.object({ id: z.string(), name: z.string(), memberIds: z.array(z.string()) });

export const appSchema = z.strictObject({
  clientId: z.string().regex(/^\d+$/),
  /** As people read it on the consent page. Absent: the id. */
  name: z.string().optional(),
  clientSecret: z.string().min(1),
  redirectUris: z.array(z.url()).max(20),
  /** Before Meta's review, only people with a role can authorize the app. */
  reviewed: z.boolean(),
  /** The usernames of people with a role. */
  testers: z.array(z.string()),
  /** "Require App Secret": calls without a proof are refused. */
  requiresProof: z.boolean(),
  deauthorizeUrl: z.url().optional(),
  deletionUrl: z.url().optional(),
});
export type App = z.infer<typeof appSchema>;

const grantSchema = z.object({
  clientId: z.string(),
  accountId: z.string(),
  granted: z.array(z.string()),
  declined: z.array(z.string()),
  /** The Pages that the person ticked. */
  pageIds: z.array(z.string()),
});
export type Grant = z.infer<typeof grantSchema>;

const codeSchema = z.object({
  code: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  accountId: z.string(),
  expiresAtMs: z.number(),
  used: z.boolean(),
});

const tokenSchema = z.object({
  token: z.string(),
  kind: z.enum(["user", "page"]),
  clientId: z.string(),
  accountId: z.string(),
  /** For a Page's token. */
  pageId: z.string().optional(),
  issuedAtMs: z.number(),
  /** Absent if it never expires. */
  expiresAtMs: z.number().optional(),
  /** The subcode of error 190 if it was ended before its expiry. */
  endedBy: z.number().optional(),
});
export type Token = z.infer<typeof tokenSchema>;

const facebookPostSchema = postSchema.extend({
  clientId: z.string(),
  link: z.string(),
  /** Unpublished posts are not on the timeline. */
  published: z.boolean(),
});
export type FacebookPost = z.infer<typeof facebookPostSchema>;

const photoSchema = z.object({
  id: z.string(),
  pageId: z.string(),
  pictureId: z.string(),
  altText: z.string(),
});

export const switchesSchema = z.strictObject({
  /** Facebook sometimes omits `expires_in` in the long-lived exchange. */
  omitExpiresIn: z.boolean(),
  /** The page length of lists without a limit. */
  pageSize: z.int().min(1).max(100),
  /** Calls of a Page's token before error 80001, and of all others before error 4; 0 for no limit. */
  pageBudget: z.int().min(0),
  appBudget: z.int().min(0),
  ...listingSwitches,
  /** Hosts whose pages the crawler cannot read. */
  unscrapableHosts: z.array(z.string()),
  /** The refusal of a repeated post; both were seen. */
  duplicateCode: z.union([z.literal(506), z.literal(368)]),
  /** Whether the first share of a page lacks the picture at first. */
  firstShareWithoutPicture: z.boolean(),
  /** Whether a declined permission is requested again without `auth_type=rerequest`. The real Facebook does not. */
  asksDeclinedAgain: z.boolean(),
});

export const memorySchema = z.object({
  accounts: z.array(accountSchema),
  posts: z.array(facebookPostSchema),
  pages: z.array(pageSchema),
  portfolios: z.array(portfolioSchema),
  apps: z.array(appSchema),
  grants: z.array(grantSchema),
  codes: z.array(codeSchema),
  tokens: z.array(tokenSchema),
  photos: z.array(photoSchema),
  /** Recent calls, by "page:<id>" or "app:<id>". */
  callsMade: z.record(z.string(), z.object({ sinceMs: z.number(), count: z.number() })),
  /** Addresses that were shared before. */
  crawled: z.array(z.string()),
  switches: switchesSchema,
});
export type FacebookMemory = z.infer<typeof memorySchema>;
export type FacebookWorld = World<FacebookMemory>;

export const appDefaults = {
  redirectUris: [],
  reviewed: true,
  testers: [],
  requiresProof: false,
} satisfies Partial<App>;

const ana = "10224567890123456";
const ben = "10224567890123457";
const all = [...tasks];

export function begin(): FacebookMemory {
  return {
    accounts: [
      { id: ana, username: "ana", displayName: "Ana Lima" },
      { id: ben, username: "ben", displayName: "Ben Okafor" },
    ],
    posts: [],
    pages: [
      {
        id: "104523398765432",
        name: "Harbour Bakery",
        username: "harbourbakery",
        category: "Bakery",
        roles: [{ accountId: ana, tasks: all, through: "page" }],
        instagramAccountId: "17841405793187218",
      },
      {
        id: "104523398765433",
        name: "Lima Events",
        category: "Event planner",
        roles: [{ accountId: ana, tasks: ["CREATE_CONTENT", "ANALYZE"], through: "portfolio" }],
        portfolio: { id: "208811223344556", kind: "owned" },
        instagramAccountId: "17841405793187219",
      },
      {
        id: "104523398765434",
        name: "Old Mill",
        username: "oldmill",
        category: "Museum",
        roles: [{ accountId: ana, tasks: ["ANALYZE"], through: "page" }],
      },
      {
        id: "104523398765435",
        name: "Okafor Records",
        username: "okaforrecords",
        category: "Record label",
        roles: [{ accountId: ben, tasks: all, through: "page" }],
        instagramAccountId: "17841405793187220",
      },
    ],
    portfolios: [{ id: "208811223344556", name: "Lima Group", memberIds: [ana] }],
    apps: [
      {
        ...appDefaults,
        clientId: "138483919580948",
        clientSecret: "sharewell-demo-secret",
        redirectUris: ["127.0.0.1", "localhost"].flatMap((host) =>
          ["facebook", "instagram"].map((name) => `http://${host}:4100/social/callback/${name}/`),
        ),
        deauthorizeUrl: "http://127.0.0.1:4100/social/callback/facebook/deauthorize/",
        deletionUrl: "http://127.0.0.1:4100/social/callback/facebook/delete/",
      },
    ],
    grants: [],
    codes: [],
    tokens: [],
    photos: [],
    callsMade: {},
    crawled: [],
    switches: {
      omitExpiresIn: false,
      pageSize: 25,
      pageBudget: 0,
      appBudget: 0,
      ...plainListing,
      unscrapableHosts: ["unscrapable.localhost"],
      duplicateCode: 506,
      firstShareWithoutPicture: false,
      asksDeclinedAgain: false,
    },
  };
}
