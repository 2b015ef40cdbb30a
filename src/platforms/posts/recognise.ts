/** Which of an account's posts is the share that we look for: networks redraw what they are sent. */

import type { OtherShares, Post } from "../platform.ts";
import { addressesIn, essence, isAlike, isSamePage, wordsOf } from "./redrawn.ts";

/** A post as its network lists it, its links written out in full. */
export interface Listed {
  readonly id: string;
  /** Where people see it, where the list tells. */
  readonly permalink?: string | undefined;
  readonly text: string;
  readonly links: readonly string[];
  /** An invalid date where it cannot be read. */
  readonly createdAt: Date;
}

type Wanted = Pick<Post, "text" | "url" | "firstSentAt" | "others">;

/** How far a network's clock may be from ours. */
const CLOCK_SKEW_MS = 120_000;
/** So far off are times that were told in another zone, or by a clock that nobody sets; or that tell the day alone. */
const WRONG_CLOCK_MS = 26 * 3_600_000;
/** Posts that may stand at the head of a list whatever their age: Mastodon pins up to five. */
const MOST_PINNED = 5;
/** Letters: fewer are too common to say anything without a link. */
const TELLING_WORDS = 8;

/**
 * The post that says what we sent, made since we first sent it: the very same letters, or our link with words that were
 * only redrawn; never one that is known to be another share's. "unknown" where one may be it or not (our link with other
 * words, our words with a link that may be a shortened one, our post by a clock that is wrong, or by another share of the
 * same words), or where the list does not reach back to that time.
 * @param listed newest first, at most `pageSize` of them
 */
export function recognise<T extends Listed>(
  listed: readonly T[],
  pageSize: number,
  post: Wanted,
): T | "absent" | "unknown" {
  const since = (post.firstSentAt?.getTime() ?? Number.NEGATIVE_INFINITY) - CLOCK_SKEW_MS;
  const possible = listed.filter((each) => !isOfAnother(each, post.others));
  const recent = possible.filter(({ createdAt }) => createdAt.getTime() >= since);
  const wanted = essence(post.text);
  const same = recent.filter(({ text }) => essence(text) === wanted);
  const leadThere = recent.filter((each) => leadsTo(each, post.url));
  const alike = leadThere.filter(({ text }) => isAlike(text, post.text));
  const [only] = alike;
  const found = same.length > 0 ? same : only !== undefined && alike.length === 1 ? [only] : [];
  if (found.length > 0) return pick(found, rivalsOf(listed, post, since)) ?? "unknown";
  const isDoubtful =
    leadThere.length > 0 ||
    recent.some((each) => mayBeRelinked(each, post)) ||
    possible.some(
      (each) => isByWrongClock(each, since) && (essence(each.text) === wanted || isLike(each, post)),
    );
  return isDoubtful || !reachesBack(listed, pageSize, since) ? "unknown" : "absent";
}

function isOfAnother(each: Listed, others: OtherShares | undefined): boolean {
  return (others?.posts ?? []).some((other) => isPostOf(other, each));
}

function isPostOf({ platformPostId, url }: OtherShares["posts"][number], { id, permalink }: Listed): boolean {
  return platformPostId === id || (url !== undefined && url === permalink);
}

/** Shares with the same words whose posts may be on the list unknown to us: in doubt themselves, or told by another id. */
function rivalsOf(listed: readonly Listed[], post: Wanted, since: number): OtherShares["inDoubt"] {
  const { posts = [], inDoubt = { before: 0, after: 0 } } = post.others ?? {};
  const sentAt = post.firstSentAt?.getTime() ?? 0;
  const missed = posts
    .filter((other) => other.sameWordsAt !== undefined && !listed.some((each) => isPostOf(other, each)))
    .map(({ sameWordsAt }) => Number(sameWordsAt))
    .filter((time) => time >= since);
  const before = missed.filter((time) => time < sentAt).length;
  return { before: inDoubt.before + before, after: inDoubt.after + missed.length - before };
}

/** Of several shares of the same words, each has the post at its own place in time, once there is one for each. */
function pick<T extends Listed>(same: readonly T[], rivals: OtherShares["inDoubt"]): T | undefined {
  const { before, after } = rivals;
  if (before + after === 0) return same[0];
  if (same.length <= before + after) return undefined;
  return same.toReversed().toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt))[before];
}

/** Made at a time that cannot be, or that only a wrong clock makes earlier than our request. */
function isByWrongClock({ createdAt }: Listed, since: number): boolean {
  const time = createdAt.getTime();
  return Number.isNaN(time) || (time < since && time >= since - WRONG_CLOCK_MS);
}

function isLike(each: Listed, post: Wanted): boolean {
  return leadsTo(each, post.url) && isAlike(each.text, post.text);
}

/** The same words without a link to our site: its network may have shortened the link, or kept it out of the text. */
function mayBeRelinked(each: Listed, post: Wanted): boolean {
  const words = wordsOf(post.text);
  if (words.length < TELLING_WORDS || wordsOf(each.text) !== words) return false;
  const host = URL.parse(post.url)?.host;
  return !linksOf(each).some((link) => URL.parse(link)?.host === host);
}

function leadsTo(each: Listed, url: string): boolean {
  return linksOf(each).some((link) => isSamePage(link, url));
}

function linksOf({ text, links }: Listed): string[] {
  return [...links, ...addressesIn(text)];
}

/** Whether nothing of that time can be missing: a full page has to be in order, and end with an older post. */
function reachesBack(listed: readonly Listed[], pageSize: number, since: number): boolean {
  if (listed.length < pageSize) return true;
  const times = listed.map(({ createdAt }) => createdAt.getTime());
  if (times.some(Number.isNaN)) return false;
  const newest = times.indexOf(Math.max(...times));
  const ordered = times.slice(newest);
  const isOrdered = ordered.every((time, index) => index === 0 || time <= (ordered[index - 1] ?? 0));
  return newest <= Math.min(MOST_PINNED, listed.length / 2) && isOrdered && (ordered.at(-1) ?? since) < since;
}
