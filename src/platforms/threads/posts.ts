/** Finds a published post: by its id, by its text and time, or by a copied link (docs/networks/threads.md, section 3). */
import { z } from "zod";
import { PlatformError, type Post, type ShareResult } from "../platform.ts";
import { isSameHandle, parsePostLink } from "../posts/post-link.ts";
import { type Listed, recognise } from "../posts/recognise.ts";
import { toWebAddress, type WebAddress, webAddress } from "../posts/web-address.ts";
import { toError } from "./errors.ts";
import { linksIn, visibleText } from "./text.ts";
import type { Wire } from "./wire.ts";

const permalink = webAddress.optional().catch(undefined);
const linkShape = z.object({ permalink });

/** @returns the permalink; undefined if it cannot be read. A failure does not throw, because the post is published */
export async function readLink({ read }: Wire, mediaId: string): Promise<WebAddress | undefined> {
  const answer = await read(`/${encodeURIComponent(mediaId)}?fields=id,permalink`).catch(orNothing);
  return linkShape.safeParse(answer?.body).data?.permalink;
}

function orNothing(error: unknown): undefined {
  if (!(error instanceof PlatformError)) throw error;
}

/** "2026-11-23T08:00:31+0000": adds the colon to the time zone, which ISO 8601 parsers need. */
const timestamp = z
  .string()
  .transform((text) => text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"))
  .pipe(z.coerce.date());

const listShape = z.object({
  data: z.array(z.object({ id: z.string().min(1), text: z.string().default(""), timestamp, permalink })),
  paging: z
    .object({ cursors: z.object({ after: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
});

const PAGE_SIZE = 25;
const MOST_PAGES = 5;
/** Allows for a difference between Threads' clock and ours. */
const CLOCK_SKEW_MS = 120_000;

interface Seen extends Listed {
  readonly permalink: WebAddress | undefined;
}

/** The account's posts since a time, newest first. @returns undefined if Threads rejects the list for good @throws {PlatformError} */
async function listSince(
  wire: Wire,
  since: Date | undefined,
): Promise<{ readonly posts: Seen[]; readonly isWhole: boolean } | undefined> {
  const posts: Seen[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query = new URLSearchParams({
      fields: "id,text,timestamp,permalink",
      limit: String(PAGE_SIZE),
      ...(since === undefined
        ? {}
        : { since: String(Math.floor((since.getTime() - CLOCK_SKEW_MS) / 1_000)) }),
      ...(after === undefined ? {} : { after }),
    });
    const answer = await wire.read(`/me/threads?${query}`);
    const list = answer.status === 200 ? listShape.safeParse(answer.body).data : undefined;
    if (list === undefined) {
      const error = toError(answer, wire.world.now());
      if (error.kind !== "rejected" || error.operator) throw error;
      return undefined;
    }
    for (const { id, text, timestamp: createdAt, permalink } of list.data)
      posts.push({ id, text, createdAt, permalink, links: linksIn(text) });
    after = list.paging?.cursors?.after;
    // Threads sends no URL of the next page, only a cursor. A page that is not full may not be the last.
    if (after === undefined || list.data.length === 0) return { posts, isWhole: true };
  }
  return { posts, isWhole: false };
}

/** Searches the posts by text and time, if nothing better is known of a share. @throws {PlatformError} */
export async function findInList(
  wire: Wire,
  post: Post,
  profileUrl: WebAddress,
): Promise<ShareResult | "absent" | "unknown"> {
  const list = await listSince(wire, post.firstSentAt);
  if (list === undefined) return "unknown";
  const pageSize = list.isWhole ? Number.POSITIVE_INFINITY : list.posts.length;
  const found = recognise(list.posts, pageSize, { ...post, text: visibleText(post) });
  return typeof found === "object" ? toResult(found, profileUrl) : found;
}

/** A new post may not be in the list at once. */
const LOOKS = 3;
const PAUSE_MS = 3_000;

/**
 * Finds the post of a published container by its text, since the container was created.
 * @returns the profile if no post matches, or several do
 */
export async function findPublished(
  wire: Wire,
  sent: { readonly post: Post; readonly madeAt: Date; readonly profileUrl: WebAddress },
): Promise<ShareResult> {
  const { post, madeAt, profileUrl } = sent;
  for (let looks = 1; ; looks += 1) {
    const list = await listSince(wire, madeAt).catch(orNothing);
    const wanted = { ...post, text: visibleText(post), firstSentAt: madeAt };
    const same = (list?.posts ?? []).filter((seen) => recognise([seen], 2, wanted) === seen);
    const [only] = same;
    if (only !== undefined && same.length === 1) return toResult(only, profileUrl);
    if (same.length > 1 || looks === LOOKS) return { url: profileUrl };
    await wire.world.wait(PAUSE_MS);
  }
}

function toResult({ id, permalink }: Seen, profileUrl: WebAddress): ShareResult {
  return { platformPostId: id, url: permalink ?? profileUrl };
}

/** Threads' address until 2025; people still have such links. */
const OLD_ORIGIN = "https://www.threads.net";

/** Reads a link that a person copied. @returns the post without an id, which the link does not contain; undefined if it is not the account's */
export function readPostLink(username: string, origin: string, link: string): ShareResult | undefined {
  const url = parsePostLink(link, [origin, OLD_ORIGIN]);
  const found = /^\/(?:@([\w.]+)\/post|t)\/([\w-]+)\/?$/.exec(url?.pathname ?? "");
  if (url === undefined || found === null || !isSameHandle(found[1], username)) return undefined;
  return { url: toWebAddress(`${origin}${url.pathname}`) };
}
