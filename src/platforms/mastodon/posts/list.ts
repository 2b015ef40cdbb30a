/** Reads the list of an account's posts from a Mastodon server (docs/networks/mastodon.md, section 4). */
import { z } from "zod";
import { bearer } from "../../call/oauth2.ts";
import { type Answer, callSafely } from "../../call/request.ts";
import type { PlatformWorld } from "../../platform.ts";
import type { Listed } from "../../posts/recognise.ts";
import { readExtra } from "../account.ts";
import { type Grant, judgeUnlisted } from "../refusal.ts";
import { readHtml } from "../text/text.ts";
import { type Owner, type Status, statusShape } from "./status.ts";

const listedShape = z.array(
  statusShape.extend({
    content: z.string(),
    // Without a zone the time is ambiguous; so is a date alone.
    created_at: z.string().transform(readTime),
    card: z.object({ url: z.string() }).nullish().catch(undefined),
  }),
);

/** "2026-11-23T08:00:31.000Z" */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i;

/** Invalid if it has no exact time. */
function readTime(text: string): Date {
  return new Date(MOMENT.test(text) ? text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : Number.NaN);
}

const LIST_SIZE = 40;

export type Entry = Listed & { readonly status: Status };

interface Page {
  readonly entries: readonly Entry[] | "unlisted";
  readonly asOwner: boolean;
  /** The answer is fresh, by a clock that agrees with ours: it does not come from a cache. */
  readonly isTimely: boolean;
}

/** The most that a server's clock may differ from ours. */
const CLOCK_SKEW_MS = 120_000;

function wasMadeNow({ headers }: Answer, now: Date): boolean {
  const told = Date.parse(headers.get("date") ?? "");
  const isKept = Number(headers.get("age") ?? 0) * 1_000 > CLOCK_SKEW_MS;
  return !isKept && !(Math.abs(told - now.getTime()) > CLOCK_SKEW_MS);
}

/**
 * Reads the list with the token, and as a stranger only if that is refused. Some servers show strangers a part of the
 * list as if it were complete.
 */
export async function readPage(
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
    // Both were refused: report that the token may not read.
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
