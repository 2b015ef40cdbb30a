/** Posting to a Mastodon server, and looking for what may have been posted there (docs/networks/mastodon.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { bearer } from "../call/oauth2.ts";
import { type Answer, callSafely, publishing } from "../call/request.ts";
import {
  type Account,
  PlatformError,
  type PlatformWorld,
  type Post,
  type RepeatRule,
  type ShareResult,
  type Tokens,
} from "../platform.ts";
import { type Listed, recognise } from "../posts/recognise.ts";
import { toWebAddress, webAddress } from "../posts/web-address.ts";
import { readExtra, readVisibility } from "./account.ts";
import { readBudgets } from "./errors.ts";
import { uploadPictures } from "./media.ts";
import { covers } from "./oauth/scopes.ts";
import { type Grant, judgePost, judgeUnlisted } from "./refusal.ts";
import { type Software, whatIsKnownOf } from "./software.ts";
import { readHtml } from "./text/text.ts";

/** Of an hour that a key is kept, ten minutes stay unused. */
const KEY_RESERVE_SECONDS = 600;

/**
 * Where no key holds a repeat off, a post may come long after we gave up: our calls wait half a minute, and servers were
 * seen to post after that (docs/networks/mastodon.md, section 4). The last look is after ten times as long.
 */
const LATE_LOOKS = [5, 60, 300];

/** At once where the key holds also beside a post that is still being made; else the first one is waited out. */
export function repeatRuleOf(account: Account): RepeatRule {
  return ruleOf(readExtra(account).software);
}

function ruleOf(software: Software | undefined): RepeatRule {
  const { keySeconds = 0, keyHoldsAtOnce } = whatIsKnownOf(software);
  return {
    lookAfterSeconds: keyHoldsAtOnce ? [0] : LATE_LOOKS,
    resendSafeSeconds: Math.max(0, keySeconds - KEY_RESERVE_SECONDS),
  };
}

export const standardRule: RepeatRule = ruleOf({ name: "mastodon", version: "4.6.0" });

/** Whose list is read, and with what. */
export interface Owner {
  readonly account: Account;
  readonly tokens: Tokens;
}

const statusAddress = webAddress.nullish().catch(undefined);
const statusShape = z.object({
  // Numbers that JavaScript cannot hold are no ids.
  id: z.union([z.string(), z.int().transform(String)]).pipe(z.string().min(1)),
  url: statusAddress,
  uri: statusAddress,
});
type Status = z.infer<typeof statusShape>;

/** @throws {PlatformError} and what `beforePublish` throws */
export async function postStatus(
  world: PlatformWorld,
  { account, tokens }: Owner,
  post: Post,
): Promise<ShareResult> {
  const { origin } = readExtra(account);
  const mediaIds = await uploadPictures(world, { origin, tokens }, post.pictures);
  const answer = await publishing(post)(world.fetch, {
    method: "POST",
    url: `${origin}/api/v1/statuses`,
    headers: { ...bearer(tokens), "idempotency-key": post.idempotencyKey },
    // No visibility: the person's own default holds.
    json: {
      status: post.text,
      ...(post.language === undefined ? {} : { language: post.language }),
      ...(mediaIds.length === 0 ? {} : { media_ids: mediaIds }),
    },
  });
  const status = statusShape.safeParse(answer.body).data;
  if (answer.status === 200 && status !== undefined)
    return { ...toResult(status, origin), budgets: readBudgets(answer.headers) };
  throw await judge(world, { account, tokens }, post, answer);
}

/**
 * What is certain of Mastodon's refusals is so of no other server's: a proxy in front of one answers 503 where it was
 * slow, and some take the key of a try that failed for a repeat, and refuse it.
 */
async function judge(world: PlatformWorld, owner: Owner, post: Post, answer: Answer): Promise<PlatformError> {
  const { origin, software } = readExtra(owner.account);
  const grant: Grant = { origin, tokens: owner.tokens };
  const error = await judgePost(world, grant, answer);
  if (whatIsKnownOf(software).keySeconds !== undefined) return error;
  const isRepeatRefused = post.firstSentAt !== undefined && error.kind === "rejected";
  if (!isRepeatRefused && ![408, 503].includes(answer.status)) return error;
  const message = say(
    "The Mastodon server gave no clear answer ({status}). It may or may not have posted this.",
    { status: answer.status },
  );
  return new PlatformError("ambiguous", { code: "server-trouble", message, status: answer.status });
}

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
  const { origin, visibility, software } = readExtra(owner.account);
  const isKeyed = whatIsKnownOf(software).keySeconds !== undefined;
  const { found, asOwner } = await look(world, owner, { ...post, isWitnessNeeded: !isKeyed });
  if (typeof found === "object") return toResult(found.status, origin);
  const mayRead = covers(owner.tokens.scopes, "read:statuses");
  // A server may take a token that may not read for none at all, and list what everybody sees.
  if (found === "unknown" || !(mayRead || isForAll(visibility))) return "unknown";
  if (isKeyed) return "absent";
  if (found !== "absent" || !asOwner) return "unknown";
  // Whoever changed their default since the account was last read may have posted this for some only.
  return mayRead || isForAll(await readVisibility(world, { origin, tokens: owner.tokens }))
    ? "absent"
    : "unknown";
}

function isForAll(visibility: string | undefined): boolean {
  return visibility === "public" || visibility === "unlisted";
}

const listedShape = z.array(
  statusShape.extend({
    content: z.string(),
    // Without a zone it is one of those by which nobody knows when; so is a day alone.
    created_at: z.string().transform(readTime),
    card: z.object({ url: z.string() }).nullish().catch(undefined),
  }),
);

/** "2026-11-23T08:00:31.000Z" */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i;

/** Invalid where it does not tell when. */
function readTime(text: string): Date {
  return new Date(MOMENT.test(text) ? text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : Number.NaN);
}

const LIST_SIZE = 40;
/** Enough for a burst of posts; then the question is left open. */
const MOST_PAGES = 5;

type Entry = Listed & { readonly status: Status };

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

interface Page {
  readonly entries: readonly Entry[] | "unlisted";
  readonly asOwner: boolean;
  /** It was made just now, by a clock that agrees with ours: not kept by something on the way. */
  readonly isTimely: boolean;
}

/** How far a server's clock may be from ours. */
const CLOCK_SKEW_MS = 120_000;

function wasMadeNow({ headers }: Answer, now: Date): boolean {
  const told = Date.parse(headers.get("date") ?? "");
  const isKept = Number(headers.get("age") ?? 0) * 1_000 > CLOCK_SKEW_MS;
  return !isKept && !(Math.abs(told - now.getTime()) > CLOCK_SKEW_MS);
}

/**
 * With the token; as a stranger only where that is refused. Some servers list for strangers a part of what is there, as if
 * it were all.
 */
async function readPage(
  world: PlatformWorld,
  { account, tokens }: Owner,
  { asOwner, before }: { readonly asOwner: boolean; readonly before: string | undefined },
): Promise<Page> {
  const { origin, accountId } = readExtra(account);
  const url = new URL(`${origin}/api/v1/accounts/${encodeURIComponent(accountId)}/statuses`);
  url.search = new URLSearchParams({
    limit: String(LIST_SIZE),
    exclude_reblogs: "true",
    ...(before === undefined ? {} : { max_id: before }),
  }).toString();
  const asked = { method: "GET", url } as const;
  const first = await callSafely(world.fetch, asOwner ? { ...asked, headers: bearer(tokens) } : asked);
  if (asOwner && (first.status === 401 || first.status === 403)) {
    const answer = await callSafely(world.fetch, asked);
    // Refused to both: that the token may not is what is to be told.
    const isRefused = answer.status === 401 || answer.status === 403;
    const entries = await readEntries(world, { origin, tokens }, isRefused ? first : answer);
    return { entries, asOwner: false, isTimely: wasMadeNow(answer, world.now()) };
  }
  const entries = await readEntries(world, { origin, tokens }, first);
  return { entries, asOwner, isTimely: wasMadeNow(first, world.now()) };
}

/** @throws {PlatformError} */
async function readEntries(world: PlatformWorld, grant: Grant, answer: Answer): Promise<Page["entries"]> {
  const parsed = answer.status === 200 ? listedShape.safeParse(answer.body).data : undefined;
  if (parsed === undefined) return await judgeUnlisted(world, grant, answer);
  return parsed.map(({ content, card, created_at, ...status }) => {
    const { text, links } = readHtml(content);
    return {
      ...{ status, id: status.id, permalink: status.url ?? status.uri ?? undefined },
      ...{ text, links: card ? [...links, card.url] : links, createdAt: created_at },
    };
  });
}

function toResult(status: Status, origin: string): ShareResult {
  return { platformPostId: status.id, url: status.url ?? status.uri ?? toWebAddress(origin) };
}
