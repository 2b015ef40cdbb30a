/** Finds a share among an account’s posts, although networks rewrite what they are sent. */
import type { OtherShares, Post } from "../platform.ts";
import { addressesIn, essence, isAlike, isSamePage, wordsOf } from "./redrawn.ts";

/** A listed post, its links written out in full. */
export interface Listed {
  readonly id: string;
  /** Absent if the list does not contain it. */
  readonly permalink?: string | undefined;
  readonly text: string;
  readonly links: readonly string[];
  /** An invalid date if it cannot be read. */
  readonly createdAt: Date;
}

type Wanted = Pick<Post, "text" | "url" | "firstSentAt" | "others">;

/** How much a network’s clock may differ from ours. */
const CLOCK_SKEW_MS = 120_000;
/** How much a time may be off if it is in another time zone, from a wrong clock, or only a date. */
const WRONG_CLOCK_MS = 26 * 3_600_000;
/** How many posts may be first in a list regardless of their age: Mastodon pins up to five. */
const MOST_PINNED = 5;
/** A text with fewer letters is too common to identify a post without a link. */
const TELLING_WORDS = 8;

/**
 * Returns the post that matches what we sent and was made since then: the same letters, or our link with a rewritten text.
 * Never returns a post that belongs to another share. Returns "unknown" if a post may or may not be it (our link with
 * another text, our text with a link that may be shortened, a wrong clock, or another share with the same text), or if the
 * list does not reach back to that time.
 * @param listed newest first, at most `pageSize` posts
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

/** Counts shares with the same text whose posts may be listed unrecognized: in doubt, or listed under another id. */
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

/** Of several shares with the same text, picks the post by order in time, once there is a post for each. */
function pick<T extends Listed>(same: readonly T[], rivals: OtherShares["inDoubt"]): T | undefined {
  const { before, after } = rivals;
  if (before + after === 0) return same[0];
  if (same.length <= before + after) return undefined;
  return same.toReversed().toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt))[before];
}

/** Whether the time is invalid, or earlier than our request only because of a wrong clock. */
function isByWrongClock({ createdAt }: Listed, since: number): boolean {
  const time = createdAt.getTime();
  return Number.isNaN(time) || (time < since && time >= since - WRONG_CLOCK_MS);
}

function isLike(each: Listed, post: Wanted): boolean {
  return leadsTo(each, post.url) && isAlike(each.text, post.text);
}

/** Whether it has the same text without a link to our site. The network may have shortened or removed the link. */
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

/** Whether no post since then can be missing: a full page must be in order and end with an older post. */
function reachesBack(listed: readonly Listed[], pageSize: number, since: number): boolean {
  if (listed.length < pageSize) return true;
  const times = listed.map(({ createdAt }) => createdAt.getTime());
  if (times.some(Number.isNaN)) return false;
  const newest = times.indexOf(Math.max(...times));
  const ordered = times.slice(newest);
  const isOrdered = ordered.every((time, index) => index === 0 || time <= (ordered[index - 1] ?? 0));
  return newest <= Math.min(MOST_PINNED, listed.length / 2) && isOrdered && (ordered.at(-1) ?? since) < since;
}
