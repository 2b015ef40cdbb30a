/** Looks for a share among a Page's own posts, back to when it was first sent (docs/platforms/facebook.md, section 6). */
import { z } from "zod";
import { toFacebookError } from "./facebook-errors.ts";
import type { Post } from "./platform.ts";
import { recognise } from "./recognise.ts";
import type { Answer } from "./request.ts";

const postShape = z.object({
  id: z.string().min(1),
  message: z.string().default(""),
  created_time: z.string(),
  permalink_url: z.url().optional().catch(undefined),
});
type Found = z.infer<typeof postShape>;

const listShape = z.object({
  data: z.array(postShape),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string() }).optional() })
    .optional(),
});

const PAGE_SIZE = 25;
const MOST_PAGES = 8;
/** Clocks differ. */
const LOOK_BACK_MS = 120_000;

/** @param ask one page of the list, newest first */
export async function findPost(
  ask: (query: Readonly<Record<string, string>>) => Promise<Answer>,
  post: Pick<Post, "text" | "url" | "firstSentAt">,
  now: Date,
): Promise<Found | "absent" | "unknown"> {
  const listed: Found[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const fields = "id,message,created_time,permalink_url";
    const answer = await ask({ fields, limit: String(PAGE_SIZE), ...(after === undefined ? {} : { after }) });
    if (answer.status !== 200) return judgeUnlisted(answer, now);
    const list = listShape.safeParse(answer.body).data;
    if (list === undefined) return "unknown";
    listed.push(...list.data);
    after = list.paging?.next === undefined ? undefined : list.paging.cursors?.after;
    const isPast = list.data.some((found) => timeOf(found) < since(post));
    if (after === undefined || isPast) return pickFrom(listed, post);
  }
  return pickFrom(listed, post, listed.length);
}

/**
 * A post without words says nothing by which it could be told from another one.
 * @param cut so many were read, and more remain
 */
function pickFrom(
  listed: readonly Found[],
  post: Pick<Post, "text" | "url" | "firstSentAt">,
  cut = Number.POSITIVE_INFINITY,
): Found | "absent" | "unknown" {
  if (post.text === "") {
    const isThere = listed.some((found) => found.message === "" && timeOf(found) >= since(post));
    return isThere || listed.length >= cut ? "unknown" : "absent";
  }
  const candidates = listed
    .filter(({ message }) => message !== "")
    .map((found) => ({ ...found, text: found.message, links: [], createdAt: new Date(timeOf(found)) }));
  const found = recognise(candidates, Number.POSITIVE_INFINITY, post);
  return found === "absent" && listed.length >= cut ? "unknown" : found;
}

function since({ firstSentAt }: Pick<Post, "firstSentAt">): number {
  return (firstSentAt?.getTime() ?? Number.NEGATIVE_INFINITY) - LOOK_BACK_MS;
}

/** "2026-11-23T08:00:12+0000" */
function timeOf({ created_time }: Found): number {
  return Date.parse(created_time.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
}

/** A list that is refused for good tells nothing; everything else is told as it is. */
function judgeUnlisted(answer: Answer, now: Date): "unknown" {
  const error = toFacebookError(answer, now);
  if (error.kind !== "rejected" || error.operator) throw error;
  return "unknown";
}
