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
 * Found by what is listed. Not there, only where the list is known to be whole: by a token that reads it; or, as far as it
 * goes, where the server is known to keep our key, by which a repeat of what is there after all brings the first post.
 * @throws {PlatformError}
 */
export async function findStatusOf(
  world: PlatformWorld,
  owner: Owner,
  post: Post,
): Promise<ShareResult | "absent" | "unknown"> {
  const { origin, visibility: usual, software } = readExtra(owner.account);
  const { visibility: chosen } = toParameters(post.options);
  const isKeyed = whatIsKnownOf(software).keySeconds !== undefined;
  const { found, asOwner } = await look(world, owner, { ...post, isWitnessNeeded: !isKeyed });
  if (typeof found === "object") return toResult(found.status, origin);
  const mayRead = covers(owner.tokens.scopes, "read:statuses");
  // A server may take a token that may not read for none at all, and list what everybody sees.
  if (found === "unknown" || !(mayRead || isForAll(chosen ?? usual))) return "unknown";
  if (isKeyed) return "absent";
  if (found !== "absent" || !asOwner) return "unknown";
  // If the person changed their default visibility since we read the account, this post may be hidden from the public.
  return mayRead || isForAll(chosen ?? (await readVisibility(world, { origin, tokens: owner.tokens })))
    ? "absent"
    : "unknown";
}

function isForAll(visibility: string | undefined): boolean {
  return visibility === "public" || visibility === "unlisted";
}

/** Enough for a burst of posts. After that, the outcome is unknown. */
const MOST_PAGES = 5;

interface Looked {
  /** "unseen": the list came to its end before it came to the time of the post, which proves nothing by itself. */
  readonly found: Entry | "absent" | "unseen" | "unknown";
  /** It was read with the token. */
  readonly asOwner: boolean;
}

type Wanted = Pick<Post, "text" | "url" | "firstSentAt" | "others"> & {
  /** The list counts only where it has the earlier post. */
  readonly isWitnessNeeded: boolean;
};

/** Page by page, back to the time before the post was first sent. */
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
      // No more comes: a post that only links to our page is one that we may not know again.
      const isAlike = recognise(listed, Number.POSITIVE_INFINITY, post) === "unknown";
      return { found: isAlike || !isWitnessed || read.entries.length > 0 ? "unknown" : "unseen", asOwner };
    }
  }
  return { found: "unknown", asOwner };
}

/** A list that lacks what we know to be there is not whole. */
function hasEarlier(listed: readonly Entry[], { others, isWitnessNeeded }: Wanted): boolean {
  const earlier = others?.earlier;
  if (earlier === undefined || !isWitnessNeeded) return true;
  const isReached = listed.some(({ createdAt }) => createdAt < earlier.postedAt);
  return !isReached || listed.some(({ id }) => id === earlier.platformPostId);
}
