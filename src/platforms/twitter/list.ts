/** An account's latest posts on X, for a share that may be among them (docs/networks/x.md, section 3). */
import type { Answer } from "../call/request.ts";
import type { Ask } from "./deletion.ts";

/** How many posts a look returns at most: each one that it does return is billed. */
export const LIST_SIZE = 50;
/** What is asked of each post. X answers in the words of the request; documented since its description 2.167. */
const FIELDS = {
  documented: { "post.fields": "created_at,entities,note_post" },
  former: { "tweet.fields": "created_at,entities,note_tweet" },
} as const;
/** Begins the look this much before the share was first sent: clocks differ. */
const LOOK_BACK_MS = 120_000;

/** Only what was posted since: each post that it returns is billed. @throws {PlatformError} */
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
