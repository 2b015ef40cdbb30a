/** What the explorer does at the simulated networks: faults, ended tokens, and which grants are valid. */

import { blueskyNetwork } from "../../../emulator/bluesky/bluesky.ts";
import type { Fault } from "../../../emulator/control/faults.ts";
import { endToken as endFacebookToken } from "../../../emulator/facebook/tokens.ts";
import { instagramNetwork } from "../../../emulator/instagram/instagram.ts";
import { linkedinNetwork } from "../../../emulator/linkedin/linkedin.ts";
import { mastodonNetwork } from "../../../emulator/mastodon/mastodon.ts";
import type { Post } from "../../../emulator/network.ts";
import type { Emulator } from "../../../emulator/server.ts";
import { threadsNetwork } from "../../../emulator/threads/threads.ts";
import { twitterNetwork } from "../../../emulator/twitter/twitter.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/networks.ts";

/** The request that makes a post visible, those before it, and the one that deletes it. */
interface Calls {
  readonly publish: string;
  readonly others: readonly [string, ...string[]];
}

export const calls: Readonly<Record<PlatformName, Calls>> = {
  mastodon: {
    publish: "POST /api/v1/statuses",
    others: ["GET /api/v1/accounts/:id/statuses", "DELETE /api/v1/statuses/:id"],
  },
  twitter: {
    publish: "POST /2/tweets",
    others: ["POST /2/oauth2/token", "GET /2/users/:id/tweets", "DELETE /2/tweets/:id"],
  },
  facebook: {
    publish: "POST /:version/:id/feed",
    others: ["GET /:version/:id/published_posts", "DELETE /:version/:id"],
  },
  instagram: {
    publish: "POST /:version/:id/media_publish",
    others: ["GET /:version/:id/content_publishing_limit", "POST /:version/:id/media", "GET /:version/:id"],
  },
  threads: {
    publish: "POST /v1.0/:id/threads_publish",
    others: ["POST /v1.0/:id/threads", "GET /v1.0/:id", "DELETE /v1.0/:id"],
  },
  linkedin: {
    publish: "POST /rest/posts",
    others: ["POST /rest/images", "PUT /dms-uploads/:key/uploaded-image/0", "DELETE /rest/posts/:urn"],
  },
  bluesky: {
    publish: "POST /xrpc/com.atproto.repo.putRecord",
    others: [
      "POST /oauth/token",
      "POST /xrpc/com.atproto.repo.uploadBlob",
      "GET /xrpc/com.atproto.repo.getRecord",
      "POST /xrpc/com.atproto.repo.deleteRecord",
    ],
  },
};

/** More likely where the doubt is: around the answer. */
export const faults: readonly Fault[] = [
  { kind: "drop", when: "before" },
  { kind: "drop", when: "after" },
  { kind: "drop", when: "after" },
  { kind: "cut", at: "middle" },
  { kind: "status", status: 503, html: "<h1>503</h1>" },
  { kind: "status", status: 500 },
  { kind: "status-after", status: 502 },
  { kind: "rate-limit", headers: true },
  { kind: "rate-limit", headers: false },
  { kind: "expire-token" },
  { kind: "revoke-token" },
];

/** Applies to the next call of this endpoint. */
export function planFault(emulator: Emulator, name: PlatformName, endpoint: string, fault: Fault): void {
  emulator[name].world.faults.push({ endpoint, times: 1, fault });
}

export function clearFaults(emulator: Emulator): void {
  for (const name of platformNames) emulator[name].world.faults = [];
}

export function postsAt(emulator: Emulator, name: PlatformName): readonly Post[] {
  return emulator[name].world.memory.posts;
}

/** "expired": only this token is dead. "revoked": the person withdrew the grant. */
export function endTokenAt(
  emulator: Emulator,
  name: PlatformName,
  { token, how }: { readonly token: string; readonly how: "expired" | "revoked" },
): void {
  const { mastodon, twitter, facebook, instagram, threads, linkedin, bluesky } = emulator;
  const end: Readonly<Record<PlatformName, () => void>> = {
    mastodon: () => mastodonNetwork.endToken(mastodon.world, token, how),
    twitter: () => twitterNetwork.endToken(twitter.world, token, how),
    facebook: () => endFacebookToken(facebook.world, token, how),
    instagram: () => instagramNetwork.endToken(instagram.world, token, how),
    threads: () => threadsNetwork.endToken(threads.world, token, how),
    linkedin: () => linkedinNetwork.endToken(linkedin.world, token, how),
    bluesky: () => blueskyNetwork.endToken(bluesky.world, token, how),
  };
  end[name]();
}

/** What a person authorised us with at a network, and which tokens still work. */
export interface LivingGrant {
  readonly name: PlatformName;
  /** As the network calls it. */
  readonly key: string;
  readonly tokens: readonly string[];
}

/**
 * Grants with a token that still works, except Instagram's and Threads': those networks have no call that ends a grant,
 * so we cannot end what is left there.
 */
export function livingGrants({
  mastodon,
  twitter,
  facebook,
  linkedin,
  bluesky,
}: Emulator): readonly LivingGrant[] {
  const lives = (now: Date) => (token: { readonly expiresAtMs?: number | undefined }) =>
    token.expiresAtMs === undefined || token.expiresAtMs > now.getTime();
  const grants = [
    ...mastodon.world.memory.tokens
      .filter(({ accountId, endedBy }) => accountId !== undefined && endedBy === undefined)
      .filter(lives(mastodon.world.now()))
      .map(({ accessToken }) => ({ name: "mastodon" as const, key: accessToken, token: accessToken })),
    ...twitter.world.memory.refreshTokens.map(({ token, grantId }) => ({
      ...{ name: "twitter" as const, key: grantId, token },
    })),
    ...facebook.world.memory.tokens
      .filter(({ endedBy, kind }) => endedBy === undefined && kind === "user")
      .filter(lives(facebook.world.now()))
      .map(({ token, clientId, accountId }) => ({
        ...{ name: "facebook" as const, key: `${clientId} ${accountId}`, token },
      })),
    ...linkedin.world.memory.tokens
      .filter(({ revoked }) => !revoked)
      .filter(lives(linkedin.world.now()))
      .map(({ token, grantId }) => ({ name: "linkedin" as const, key: grantId, token })),
    ...bluesky.world.memory.sessions.map(({ code, accessToken }) => ({
      ...{ name: "bluesky" as const, key: code, token: accessToken },
    })),
  ];
  const byKey = new Map<string, LivingGrant>();
  for (const { name, key, token } of grants) {
    const known = byKey.get(`${name} ${key}`)?.tokens ?? [];
    byKey.set(`${name} ${key}`, { name, key, tokens: [...known, token] });
  }
  return [...byKey.values()];
}
