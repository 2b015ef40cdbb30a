/** Lists an account’s latest posts on X, to look for a share among them (docs/networks/x.md, section 3). */
import type { Answer } from "../call/request.ts";
import type { Ask } from "./deletion.ts";

/** The most posts that one call returns. X bills each post it returns. */
export const LIST_SIZE = 50;
/** The fields we request. X names them in its answer as the request does; documented since version 2.167 of its API description. */
const FIELDS = {
  documented: { "post.fields": "created_at,entities,note_post" },
  former: { "tweet.fields": "created_at,entities,note_tweet" },
} as const;
/** How long before the share was first sent the list begins, because clocks differ. */
const LOOK_BACK_MS = 120_000;

/** Lists only posts since then, because X bills each post it returns. @throws {PlatformError} if nothing answers */
export async function listPosts(ask: Ask, accountId: string, firstSentAt: Date | undefined): Promise<Answer> {
  const since = firstSentAt && new Date(firstSentAt.getTime() - LOOK_BACK_MS);
  const listWith = (fields: Readonly<Record<string, string>>) => {
    const query = new URLSearchParams({
      max_results: String(LIST_SIZE),
      ...fields,
      ...(since === undefined ? {} : { start_time: since.toISOString().replace(/\.\d+/, "") }),
    });
    return ask("GET", `/2/users/${encodeURIComponent(accountId)}/tweets?${query}`);
  };
  const documented = await listWith(FIELDS.documented);
  return documented.status === 400 ? await listWith(FIELDS.former) : documented;
}
