/** Looks for a post that a Mastodon server may have published (docs/networks/mastodon.md, section 4). */
import type { PlatformWorld, Post, ShareResult } from "../../platform.ts";
import { recognise } from "../../posts/recognise.ts";
import { readExtra, readVisibility } from "../account.ts";
import { covers } from "../oauth/scopes.ts";
import { toParameters } from "../options.ts";
import { whatIsKnownOf } from "../software.ts";
import { type Entry, readPage } from "./list.ts";
import { type Owner, toResult } from "./status.ts";

/**
 * Looks for the post in the list. It is absent only if the list is certainly complete: read with a token that may read
 * it; or, if incomplete, if the server is known to keep our key, so that a repeat returns an existing post.
 * @throws {PlatformError}
 */
export async function findStatusOf(
  world: PlatformWorld,
  owner: Owner,
  post: Post,
): Promise<ShareResult | "absent" | "unknown"> {
  const { origin, visibility: usual, software } = readExtra(owner.account);
  const { visibility: chosen } = toParameters(post.options);
  const { keySeconds, listHides } = whatIsKnownOf(software);
  const isKeyed = keySeconds !== undefined;
  const { found, asOwner } = await look(world, owner, { ...post, isWitnessNeeded: !isKeyed });
  if (typeof found === "object") return toResult(found.status, origin);
  const seesAll = listHides === undefined && covers(owner.tokens.scopes, "read:statuses");
  // A server may treat a token that may not read as no token, and list what everybody sees.
  if (found === "unknown" || !(seesAll || isForAll(chosen ?? usual))) return "unknown";
  if (isKeyed) return "absent";
  if (found !== "absent" || !asOwner) return "unknown";
  // If the person changed their default visibility since we read the account, this post may be hidden from the public.
  return seesAll || isForAll(chosen ?? (await readVisibility(world, { origin, tokens: owner.tokens })))
    ? "absent"
    : "unknown";
}

function isForAll(visibility: string | undefined): boolean {
  return visibility === "public" || visibility === "unlisted";
}

/** Enough for a burst of posts. Beyond that, the result is unknown. */
const MOST_PAGES = 5;

interface Looked {
  /** "unseen": the list ended before the time of the post, which alone proves nothing. */
  readonly found: Entry | "absent" | "unseen" | "unknown";
  /** The list was read with the token. */
  readonly asOwner: boolean;
}

type Wanted = Pick<Post, "text" | "url" | "firstSentAt" | "others"> & {
  /** The list counts only if it contains the earlier post. */
  readonly isWitnessNeeded: boolean;
};

/** Reads page by page, back to the time before the post was first sent. */
async function look(world: PlatformWorld, owner: Owner, post: Wanted): Promise<Looked> {
  const listed: Entry[] = [];
  let asOwner = true;
  let isTimely = true;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = await readPage(world, owner, { asOwner, before: listed.at(-1)?.status.id });
    asOwner = read.asOwner;
    isTimely &&= read.isTimely || !post.isWitnessNeeded;
    if (read.entries === "unlisted") return { found: "unknown", asOwner };
    const known = new Set(listed.map(({ status }) => status.id));
    const news = read.entries.filter(({ status }) => !known.has(status.id));
    listed.push(...news);
    const found = recognise(listed, listed.length, post);
    if (typeof found === "object") return { found, asOwner };
    const isOrdered = listed.every(
      ({ createdAt }, at) => createdAt <= (listed[at - 1]?.createdAt ?? createdAt),
    );
    const isWitnessed = isOrdered && isTimely && hasEarlier(listed, post);
    if (found === "absent" && isWitnessed) return { found, asOwner };
    if (news.length === 0) {
      // Nothing follows: a post with only our page's link may be one that we cannot recognise.
      const isAlike = recognise(listed, Number.POSITIVE_INFINITY, post) === "unknown";
      return { found: isAlike || !isWitnessed || read.entries.length > 0 ? "unknown" : "unseen", asOwner };
    }
  }
  return { found: "unknown", asOwner };
}

/** A list that lacks a post that certainly exists is not complete. */
function hasEarlier(listed: readonly Entry[], { others, isWitnessNeeded }: Wanted): boolean {
  const earlier = others?.earlier;
  if (earlier === undefined || !isWitnessNeeded) return true;
  const isReached = listed.some(({ createdAt }) => createdAt < earlier.postedAt);
  return !isReached || listed.some(({ id }) => id === earlier.platformPostId);
}
