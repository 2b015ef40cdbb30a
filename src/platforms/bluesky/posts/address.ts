/** The addresses of a post: the network’s own, and the page that shows it (docs/networks/bluesky.md, section 4). */
import type { ShareResult } from "../../platform.ts";
import { isSameHandle, parsePostLink } from "../../posts/post-link.ts";
import { toWebAddress } from "../../posts/web-address.ts";
import type { Parts } from "../parts.ts";

export const POSTS = "app.bsky.feed.post";
export const GATES = "app.bsky.feed.threadgate";

/** "at://did:plc:…/app.bsky.feed.post/3lbvq2xkzrs2k" */
export function uriOf(did: string, key: string): string {
  return `at://${did}/${POSTS}/${key}`;
}

/** The record key in a post’s address. */
export function keyOf(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1);
}

/** The page by the DID, which stays when the person takes another handle. */
export function toResult({ settings }: Parts, did: string, key: string): ShareResult {
  return {
    platformPostId: uriOf(did, key),
    url: toWebAddress(`${settings.SOCIAL_BLUESKY_ORIGIN}/profile/${did}/post/${key}`),
  };
}

/** Reads a permalink that the person copied. */
export function readPostLink(
  parts: Parts,
  { id, username }: { readonly id: string; readonly username: string },
  link: string,
): ShareResult | undefined {
  const byUri = /^at:\/\/([^/]+)\/app\.bsky\.feed\.post\/([\w.~:-]+)$/.exec(link.trim());
  const url = byUri === null ? parsePostLink(link, [parts.settings.SOCIAL_BLUESKY_ORIGIN]) : undefined;
  const byPage = /^\/profile\/([^/]+)\/post\/([\w.~:-]+)\/?$/.exec(url?.pathname ?? "");
  const [, who = "", key] = byUri ?? byPage ?? [];
  if (key === undefined) return undefined;
  const owner = decodeURIComponent(who);
  return owner === id || isSameHandle(username, owner) ? toResult(parts, id, key) : undefined;
}
