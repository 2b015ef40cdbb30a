/** The memory of the simulated LinkedIn and its initial state. */
import { z } from "zod";
import { accountSchema, postSchema, type World } from "../network.ts";

const roles = ["ADMINISTRATOR", "CONTENT_ADMIN", "DIRECT_SPONSORED_CONTENT_POSTER", "ANALYST"] as const;

export const organizationSchema = z.object({
  /** Digits: part of "urn:li:organization:2414183". */
  id: z.string().regex(/^\d+$/),
  name: z.string(),
  vanityName: z.string(),
  members: z.array(z.object({ accountId: z.string(), role: z.enum(roles) })),
});
export type Organization = z.infer<typeof organizationSchema>;

export const products = ["sign-in", "share", "community-management"] as const;

export const appSchema = z.strictObject({
  clientId: z.string().min(1),
  /** As people read it on the consent page. Absent: the id. */
  name: z.string().optional(),
  clientSecret: z.string().min(1),
  redirectUris: z.array(z.url()).max(20),
  /** The products of the app (docs/networks/linkedin.md, section 1). */
  products: z.array(z.enum(products)),
  /** Only approved partners get refresh tokens. */
  partner: z.boolean(),
});
export type App = z.infer<typeof appSchema>;

const grantSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  accountId: z.string(),
  scopes: z.array(z.string()),
});
export type Grant = z.infer<typeof grantSchema>;

const codeSchema = grantSchema.omit({ id: true }).extend({
  code: z.string(),
  redirectUri: z.string(),
  expiresAtMs: z.number(),
});
export type Code = z.infer<typeof codeSchema>;

const tokenSchema = z.object({
  token: z.string(),
  kind: z.enum(["access", "refresh"]),
  grantId: z.string(),
  issuedAtMs: z.number(),
  expiresAtMs: z.number(),
  revoked: z.boolean(),
});
export type Token = z.infer<typeof tokenSchema>;

const imageSchema = z.object({
  /** "urn:li:image:C4E…" */
  urn: z.string(),
  owner: z.string(),
  uploadKey: z.string(),
  uploadExpiresAtMs: z.number(),
  /** Absent until the upload. */
  uploadedAtMs: z.number().optional(),
  pictureId: z.string().optional(),
  failed: z.boolean(),
});
export type Image = z.infer<typeof imageSchema>;

const articleSchema = z.object({
  source: z.string(),
  title: z.string(),
  description: z.string(),
  thumbnail: z.string().optional(),
});

const linkedinPostSchema = postSchema.extend({
  /** "urn:li:share:…" or "urn:li:ugcPost:…" */
  urn: z.string(),
  author: z.string(),
  clientId: z.string(),
  /** As sent; `text` is what LinkedIn shows. */
  commentary: z.string(),
  article: articleSchema.optional(),
  /** As sent: "PUBLIC", "CONNECTIONS". */
  visibility: z.string(),
  /** Identifies duplicates. */
  fingerprint: z.string(),
});
export type LinkedinPost = z.infer<typeof linkedinPostSchema>;

export const switchesSchema = z.strictObject({
  duplicateWindowSeconds: z.number().min(0),
  /** The served versions. Not every month has one. */
  versions: z.array(z.string()),
  /** For how long a new token is refused as revoked. */
  youngTokenSeconds: z.number().min(0),
  /** For how long an image is not usable after its upload. */
  imageSeconds: z.number().min(0),
  imageFails: z.boolean(),
  /** Per day, until midnight UTC. */
  memberLimit: z.int().min(1),
  appLimit: z.int().min(1),
  /** The place of the new post's id in the answer. */
  postUrnHeader: z.enum(["x-restli-id", "x-linkedin-id", "none"]),
  /** Whether a deleted post still makes a repeat a duplicate. */
  deletedStayKnown: z.boolean(),
  blankCommentary: z.enum(["refused", "taken"]),
  /** Whether the member can be read; "refused" applies also to apps with the product. */
  userinfo: z.enum(["told", "refused"]),
  /** Whether the id_token is valid, for another app, signed with a foreign key or expired. */
  idToken: z.enum(["good", "other-app", "other-issuer", "foreign-key", "over", "none"]),
  /** The status for a version that is not served. */
  versionStatus: z.enum(["426", "400"]),
  /** Whether apps without read permission learn that a post is missing. */
  missingPosts: z.enum(["hidden", "told"]),
  /** The revocation endpoint is undocumented. */
  revocation: z.enum(["there", "missing"]),
});

export const memorySchema = z.object({
  accounts: z.array(accountSchema),
  organizations: z.array(organizationSchema),
  posts: z.array(linkedinPostSchema),
  apps: z.array(appSchema),
  codes: z.array(codeSchema),
  grants: z.array(grantSchema),
  tokens: z.array(tokenSchema),
  images: z.array(imageSchema),
  /** Calls so far, by "2026-11-23 posts app:<id>" and "2026-11-23 posts app:<id> member:<id>". */
  callsMade: z.record(z.string(), z.number()),
  switches: switchesSchema,
});
export type LinkedinMemory = z.infer<typeof memorySchema>;
export type LinkedinWorld = World<LinkedinMemory>;

const ana = "782bbtaQ1x";
const ben = "93kcLmpR2y";

export const appDefaults = {
  redirectUris: [],
  products: ["sign-in", "share"],
  partner: false,
} satisfies Partial<App>;

const callbacks = ["127.0.0.1", "localhost"].map((host) => `http://${host}:4100/social/callback/linkedin/`);

export function begin(): LinkedinMemory {
  return {
    accounts: [
      { id: ana, username: "ana", displayName: "Ana Lima" },
      { id: ben, username: "ben", displayName: "Ben Okafor" },
    ],
    organizations: [
      organization("2414183", "Harbour Bakery", "harbour-bakery", ana, "ADMINISTRATOR"),
      organization("2414184", "Lima Events", "lima-events", ana, "CONTENT_ADMIN"),
      organization("2414185", "Old Mill", "old-mill", ana, "ANALYST"),
      organization("2414186", "Okafor Records", "okafor-records", ben, "ADMINISTRATOR"),
    ],
    posts: [],
    apps: [
      {
        ...appDefaults,
        clientId: "78sharewelldemo",
        clientSecret: "sharewell-demo-secret",
        redirectUris: callbacks,
      },
      {
        clientId: "78sharewellpages",
        clientSecret: "sharewell-demo-secret",
        redirectUris: callbacks,
        products: ["community-management"],
        partner: true,
      },
    ],
    codes: [],
    grants: [],
    tokens: [],
    images: [],
    callsMade: {},
    switches: {
      duplicateWindowSeconds: 600,
      versions: ["01", "02", "03", "04", "05", "06", "07", "08", "09"].map((month) => `2026${month}`),
      youngTokenSeconds: 0,
      imageSeconds: 2,
      imageFails: false,
      memberLimit: 150,
      appLimit: 100_000,
      postUrnHeader: "x-restli-id",
      deletedStayKnown: false,
      blankCommentary: "refused",
      userinfo: "told",
      idToken: "good",
      versionStatus: "426",
      missingPosts: "hidden",
      revocation: "there",
    },
  };
}

function organization(
  id: string,
  name: string,
  vanityName: string,
  accountId: string,
  role: (typeof roles)[number],
): Organization {
  return { id, name, vanityName, members: [{ accountId, role }] };
}
