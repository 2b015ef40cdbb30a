/** Which of an account's posts is the share that we look for: networks redraw what they are sent. */
import type { Post } from "./platform.ts";

/** A post as its network lists it, its links written out in full. */
export interface Listed {
  readonly text: string;
  readonly links: readonly string[];
  readonly createdAt: Date;
}

/** How far a network's clock may be from ours. */
const CLOCK_SKEW_MS = 120_000;

const WEB_ADDRESS = /https?:\/\/[^\s<>"]+/giu;
const REMOTE_MENTION = /@([\w.-]+)@[\w.-]+/gu;

/**
 * The post that says what we sent, made since we first sent it. "unknown" where one only links to our page, or where
 * the list ends before that time.
 * @param listed newest first, at most `pageSize` of them
 */
export function recognise<T extends Listed>(
  listed: readonly T[],
  pageSize: number,
  post: Pick<Post, "text" | "url" | "firstSentAt">,
): T | "absent" | "unknown" {
  const since = (post.firstSentAt?.getTime() ?? Number.NEGATIVE_INFINITY) - CLOCK_SKEW_MS;
  const recent = listed.filter(({ createdAt }) => createdAt.getTime() >= since);
  const wanted = essence(post.text);
  const same = recent.find(({ text }) => essence(text) === wanted);
  if (same !== undefined) return same;
  const isAlike = recent.some(({ links }) => links.some((link) => essence(link) === essence(post.url)));
  return isAlike || recent.length >= pageSize ? "unknown" : "absent";
}

/** Letters, digits and pictographs: what stays the same however a network writes quotes, blanks, mentions and addresses. */
function essence(text: string): string {
  return text
    .replace(WEB_ADDRESS, (address) =>
      (URL.canParse(address) ? new URL(address).href : address).replace(/^https?:/i, ""),
    )
    .replace(REMOTE_MENTION, "@$1")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}]/gu, "");
}
