/** Searches a Page's own posts for a share, back to when we first sent it (docs/networks/facebook.md, section 6). */
import { z } from "zod";
import type { Answer } from "../call/request.ts";
import { readGraphError } from "../meta/graph-error.ts";
import type { Post, ShareResult } from "../platform.ts";
import { parsePostLink } from "../posts/post-link.ts";
import { recognise } from "../posts/recognise.ts";
import { isSamePage } from "../posts/redrawn.ts";
import { toWebAddress, webAddress } from "../posts/web-address.ts";
import { toError } from "./errors.ts";

const postShape = z.object({
  id: z.string().min(1),
  message: z.string().default(""),
  created_time: z.string(),
  permalink_url: webAddress.optional().catch(undefined),
  attachments: z
    // Only compared, never shown, so it stays as it is.
    .object({ data: z.array(z.object({ unshimmed_url: z.url().optional().catch(undefined) })) })
    .optional()
    .catch(undefined),
});
type Found = z.infer<typeof postShape>;

const listShape = z.object({
  data: z.array(postShape),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string() }).optional() })
    .optional(),
});

const FIELDS = "id,message,created_time,permalink_url";
/** The attached links. If Facebook does not know the field, we ask again without it. */
const LINKS = "attachments{unshimmed_url}";
const PAGE_SIZE = 25;
const MOST_PAGES = 8;
/** Allows for a difference between Facebook's clock and ours. */
const LOOK_BACK_MS = 120_000;

/**
 * @param ask reads one page of the list, newest first
 * @throws {PlatformError} if the list cannot be read, unless Facebook rejects it for good
 */
export async function findPost(
  ask: (query: Readonly<Record<string, string>>) => Promise<Answer>,
  post: Pick<Post, "text" | "url" | "firstSentAt" | "others">,
  now: Date,
): Promise<Found | "absent" | "unknown"> {
  const listed: Found[] = [];
  let fields = `${FIELDS},${LINKS}`;
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query = { limit: String(PAGE_SIZE), ...(after === undefined ? {} : { after }) };
    let answer = await ask({ fields, ...query });
    if (readGraphError(answer)?.code === 100 && fields !== FIELDS) {
      fields = FIELDS;
      answer = await ask({ fields, ...query });
    }
    if (answer.status !== 200) return judgeUnlisted(answer, now);
    const list = listShape.safeParse(answer.body).data;
    if (list === undefined) return "unknown";
    listed.push(...list.data);
    after = list.paging?.next === undefined ? undefined : list.paging.cursors?.after;
    if (after === undefined) return pickFrom(listed, post);
    // A pinned post precedes newer ones, so one old post does not end the search.
    const isPast = list.data.every((found) => timeOf(found) < since(post));
    if (isPast) break;
  }
  return pickFrom(listed, post, listed.length);
}

/**
 * Finds the post with our text and link. A post with the same text whose link differs or is unknown may be ours, so the
 * result is "unknown". A post without text matches only by its link.
 * @param cut how many posts were read, if there are more
 */
function pickFrom(
  listed: readonly Found[],
  post: Pick<Post, "text" | "url" | "firstSentAt" | "others">,
  cut = Number.POSITIVE_INFINITY,
): Found | "absent" | "unknown" {
  const candidates = listed.map((found) => {
    const links = linksOf(found);
    const { message: text, permalink_url: permalink } = found;
    return { ...found, text, permalink, links, createdAt: new Date(timeOf(found)) };
  });
  const ours = candidates.filter(({ links }) =>
    links.length === 0 ? post.text !== "" : links.some((link) => isSamePage(link, post.url)),
  );
  const found = recognise(ours, Number.POSITIVE_INFINITY, post);
  if (found !== "absent") return found;
  return recognise(candidates, cut, post) === "absent" ? "absent" : "unknown";
}

function linksOf({ attachments }: Found): string[] {
  return (attachments?.data ?? [])
    .map((attachment) => attachment.unshimmed_url)
    .filter((link) => link !== undefined);
}

function since({ firstSentAt }: Pick<Post, "firstSentAt">): number {
  return (firstSentAt?.getTime() ?? Number.NEGATIVE_INFINITY) - LOOK_BACK_MS;
}

/** "2026-11-23T08:00:12+0000" */
function timeOf({ created_time }: Found): number {
  return Date.parse(created_time.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
}

/** @returns "unknown" if Facebook rejects the list for good @throws {PlatformError} for every other failure */
function judgeUnlisted(answer: Answer, now: Date): "unknown" {
  const error = toError(answer, now);
  if (error.kind !== "rejected" || error.operator) throw error;
  return "unknown";
}

/** Other hosts that show the same posts. */
const OTHER_ORIGINS = ["https://web.facebook.com", "https://business.facebook.com"];

/** Reads a link that a person copied. @returns the post, with its id if the link contains both numbers; undefined if it is not a post of this Page */
export function readPostLink(pageId: string, origin: string, link: string): ShareResult | undefined {
  const url = parsePostLink(link, [origin, ...OTHER_ORIGINS]);
  if (url === undefined) return undefined;
  const query = (name: string) => url.searchParams.get(name) ?? undefined;
  const [, page, path] =
    /^\/([^/]+)\/(?:posts|photos|videos)\/(?:[^/]+\/)*(\w+)\/?$/.exec(url.pathname) ?? [];
  const [, both, bothPage] = /^\/((\d+)_\d+)\/?$/.exec(url.pathname) ?? [];
  const isStory = /^\/(permalink|story|photo)(\.php)?\/?$/.test(url.pathname);
  const story = path ?? (isStory ? (query("story_fbid") ?? query("fbid")) : both);
  const owner = page ?? (isStory ? query("id") : bothPage);
  if (story === undefined || (owner !== undefined && /^\d+$/.test(owner) && owner !== pageId))
    return undefined;
  const address = new URL(url.pathname, origin);
  for (const name of ["story_fbid", "fbid", "id"]) {
    const value = query(name);
    if (isStory && value !== undefined) address.searchParams.set(name, value);
  }
  const id = both ?? (owner === pageId && /^\d+$/.test(story) ? `${pageId}_${story}` : undefined);
  return { url: toWebAddress(address), ...(id === undefined ? {} : { platformPostId: id }) };
}
