/** The words by which people find their shares: of the title, the messages and the address of a page. */
import { inArray, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { shareRequests, shareWords } from "../../database/schema.ts";
import { foldWords } from "../../words/fold.ts";

/** Words of one request that are kept. A message has fewer, however long it is. */
const MOST_KEPT = 20_000;
/** Words that a search compares; further ones are ignored. */
const MOST_SEARCHED = 12;

interface Written {
  readonly page: { readonly url: string; readonly title: string };
  readonly message: string;
  readonly ownMessages?: Readonly<Record<string, string>> | undefined;
  readonly networkMessages?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Stores the words of a request, instead of those that it had. */
export async function keepWords(transaction: Queryable, requestId: string, written: Written): Promise<void> {
  const { page, message, ownMessages = {}, networkMessages = {} } = written;
  const messages = [message, ...Object.values(ownMessages), ...Object.values(networkMessages)];
  const found = foldWords([page.title, readable(page.url), ...messages].join("\n"));
  const words = sql`${[...new Set(found)].slice(0, MOST_KEPT).join(" ")}::tsvector`;
  await transaction
    .insert(shareWords)
    .values({ requestId, words })
    .onConflictDoUpdate({ target: shareWords.requestId, set: { words } });
}

/** Returns the condition for requests that hold all of these words; the last one may be the beginning of a word. */
export function holdsWords(search: string): SQL {
  const words = foldWords(search).slice(0, MOST_SEARCHED);
  if (words.length === 0) return sql`false`;
  // Words hold letters and digits only, so nothing in them has a meaning in a query.
  const query = `${words.join(" & ")}:*`;
  return inArray(
    shareRequests.id,
    sql`(select ${shareWords.requestId} from ${shareWords} where ${shareWords.words} @@ ${query}::tsquery)`,
  );
}

/** Returns an address with its escaped letters in plain, as far as they can be read. */
function readable(url: string): string {
  const address = url.replace(/^https?:\/\/(www\.)?/i, "");
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
