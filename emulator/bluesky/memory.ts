/** The memory of the simulated Bluesky and its initial state. */
import { z } from "zod";
import { accountSchema, postSchema, type World } from "../network.ts";

/**
 * Where an account's records are: on `localhost`, which leaves signing in to 127.0.0.1 as Bluesky's own servers leave it to
 * bsky.social, or on `127.0.0.1`, a server that does both. The protocol's libraries accept http on these two hosts only.
 */
const hostSchema = z.enum(["localhost", "127.0.0.1"]);
export type Host = z.infer<typeof hostSchema>;

const blueskyAccountSchema = accountSchema.extend({
  /** "ana.bsky.test". Its `id` is the DID. */
  handle: z.string(),
  host: hostSchema,
  status: z.enum(["active", "deactivated", "suspended", "takendown"]),
  /** Whether the DID document names the handle. */
  claimsHandle: z.boolean(),
});
export type BlueskyAccount = z.infer<typeof blueskyAccountSchema>;

export const accountChangeSchema = z.strictObject({
  username: z.string().regex(/^[a-z0-9-]{1,30}$/),
  displayName: z.string().min(1).max(64).optional(),
  handle: z.string().min(3).optional(),
  did: z.string().startsWith("did:").optional(),
  host: hostSchema.optional(),
  status: blueskyAccountSchema.shape.status.optional(),
  claimsHandle: z.boolean().optional(),
});

/** How a client proved itself: with no key, or with one of the keys that it publishes. */
const clientProofSchema = z.object({ kid: z.string(), thumbprint: z.string() }).optional();
export type ClientProof = z.infer<typeof clientProofSchema>;

const authorizationSchema = z.object({
  clientId: z.string(),
  proof: clientProofSchema,
  /** The thumbprint of the DPoP key. */
  keyThumbprint: z.string().optional(),
  redirectUri: z.string(),
  scope: z.string(),
  challenge: z.string(),
});

const requestSchema = authorizationSchema.extend({
  /** "req-…" */
  id: z.string(),
  state: z.string().optional(),
  loginHint: z.string().optional(),
  responseMode: z.enum(["query", "fragment"]),
  expiresAtMs: z.number(),
  accountId: z.string().optional(),
  /** Once a person has approved: "cod-…" */
  code: z.string().optional(),
});
export type AuthorizationRequest = z.infer<typeof requestSchema>;

const sessionSchema = authorizationSchema.omit({ redirectUri: true, challenge: true }).extend({
  accountId: z.string(),
  code: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  formerRefreshTokens: z.array(z.string()),
  beganAtMs: z.number(),
  renewedAtMs: z.number(),
  expiresAtMs: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;

const recordSchema = z.object({
  did: z.string(),
  collection: z.string(),
  rkey: z.string(),
  cid: z.string(),
  value: z.record(z.string(), z.unknown()),
});
export type StoredRecord = z.infer<typeof recordSchema>;

const blobSchema = z.object({
  did: z.string(),
  cid: z.string(),
  mimeType: z.string(),
  size: z.number(),
  /** Once a record has used it. Only the first use compares type and size. */
  used: z.boolean(),
  /** Absent if the bytes are no picture that the timeline can show. */
  pictureId: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
});
export type Blob = z.infer<typeof blobSchema>;

export const switchesSchema = z.strictObject({
  /** Reference server: 3,600. */
  accessTokenSeconds: z.number().min(1),
  /** What servers make of scopes such as `repo:app.bsky.feed.post`: "dropped" and "refused" know `transition:generic` only. */
  granularScopes: z.enum(["known", "dropped", "refused"]),
  /** Whether the token answer names the account, another one, or none. */
  subject: z.enum(["right", "another", "missing"]),
  /** The `iss` of the redirect back to the client. */
  issuerTold: z.enum(["right", "another"]),
  /** The documents by which clients find the authorization server. */
  discovery: z.enum(["served", "without-oauth", "redirected", "another-issuer"]),
  /** How createRecord answers for a key that exists; the reference server fails. */
  existingKey: z.enum(["fails", "conflict"]),
  /** Whether 429 has `Retry-After`; servers before 2026 had none. */
  retryAfter: z.boolean(),
  rateLimits: z.boolean(),
  /** In bytes. Reference server: 5 MB; Bluesky's own: 50 MB. */
  blobLimit: z.int().min(1),
});

export const memorySchema = z.object({
  accounts: z.array(blueskyAccountSchema),
  posts: z.array(postSchema),
  records: z.array(recordSchema),
  blobs: z.array(blobSchema),
  requests: z.array(requestSchema),
  sessions: z.array(sessionSchema),
  /** Identifiers that may be used once, with the time until which they are remembered. */
  used: z.record(z.string(), z.number()),
  rates: z.record(z.string(), z.object({ windowStart: z.number(), count: z.number() })),
  /** Where clients with a public address really listen, by origin: "https://share.example.com". */
  clients: z.record(z.string(), z.string()),
  switches: switchesSchema,
});
export type BlueskyMemory = z.infer<typeof memorySchema>;
export type BlueskyWorld = World<BlueskyMemory>;

export function begin(): BlueskyMemory {
  return {
    accounts: [
      newAccount("did:plc:ana23lima4harbour5posts2", "ana", "Ana Lima"),
      newAccount("did:plc:ben23okafor4records5post", "ben", "Ben Okafor"),
      { ...newAccount("did:plc:carla23runs4her5server22", "carla", "Carla Ruiz"), host: "127.0.0.1" },
    ],
    posts: [],
    records: [],
    blobs: [],
    requests: [],
    sessions: [],
    used: {},
    rates: {},
    clients: {},
    switches: {
      accessTokenSeconds: 3_600,
      granularScopes: "known",
      subject: "right",
      issuerTold: "right",
      discovery: "served",
      existingKey: "fails",
      retryAfter: true,
      rateLimits: true,
      blobLimit: 50_000_000,
    },
  };
}

export function newAccount(did: string, username: string, displayName: string): BlueskyAccount {
  return {
    id: did,
    username,
    displayName,
    handle: `${username}.bsky.test`,
    host: "localhost",
    status: "active",
    claimsHandle: true,
  };
}

/** By DID or handle. */
export function findAccount({ memory }: BlueskyWorld, actor: string): BlueskyAccount | undefined {
  return memory.accounts.find(({ id, handle }) => id === actor || handle === actor.toLowerCase());
}
