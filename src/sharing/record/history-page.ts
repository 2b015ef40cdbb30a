/** One page of a history: as many requests as there is room for, each with its counts or its shares. */
import { and, inArray, sql } from "drizzle-orm";
import { type Cursor, writeCursor } from "../../database/cursor.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { socialShares } from "../../database/schema.ts";
import type { Share } from "../share.ts";
import { countShares } from "./count-shares.ts";
import { type HistoryFilter, matching } from "./history-filter.ts";
import { type RequestHead, toHead } from "./request-shares.ts";
import { type HistoryRuntime, inOrder, selectShares, toShare } from "./share-row.ts";
import type { Counts } from "./tally.ts";

export interface HistoryEntry extends RequestHead {
  /** Counts of the shares that match the filter. */
  readonly tally: Counts;
  /** The shares that match the filter if there are few; otherwise none, and only `tally` describes them. */
  readonly shares: readonly Share[];
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; undefined on the last page. */
  readonly next: string | undefined;
}

/** A request with at most this many shares shows each of them; one with more shows only its counts. */
const FEW = 7;
/** Requests whose shares are counted in one query. */
const AT_ONCE = 5;

const statements = preparedOnce((database) => ({
  shares: selectShares(database)
    .where(sql`${socialShares.shareRequestId} = any(${sql.placeholder("requests")}::uuid[])`)
    .orderBy(...inOrder)
    .prepare("list_shares_of_requests"),
}));

interface Filling {
  readonly filter: HistoryFilter | undefined;
  readonly lines: number;
  cursorOf(entry: RequestHead): Cursor;
}

/** Returns as many of the requests as there are lines for. */
export async function fillPage(
  runtime: HistoryRuntime,
  rows: readonly Parameters<typeof toHead>[0][],
  { filter, lines, cursorOf }: Filling,
): Promise<HistoryPage> {
  const shown: (RequestHead & { readonly tally: Counts })[] = [];
  let used = 0;
  // The requests were already found by their page and their words.
  const ofShares = filter && { ...filter, pageUrl: undefined, words: undefined };
  // A few at a time, because each may have thousands of shares: none is counted in vain.
  for (let at = 0; at < rows.length && used < lines; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    const ids = some.map(({ id }) => id);
    const tallies = await countShares(runtime, ids, ofShares);
    for (const row of some) {
      const tally = tallies.get(row.id);
      // Its last matching share has changed since the requests were read.
      if (tally === undefined) continue;
      used += linesOf(tally);
      if (shown.length > 0 && used > lines) break;
      shown.push({ ...toHead(row), tally });
    }
  }
  const few = shown.filter(({ tally }) => tally.total <= FEW).map(({ id }) => id);
  const shares = await listSharesOf(runtime, few, ofShares);
  const last = shown.at(-1);
  return {
    entries: shown.map((summary) => ({ ...summary, shares: shares.get(summary.id) ?? [] })),
    next: shown.length < rows.length && last !== undefined ? writeCursor(cursorOf(last)) : undefined,
  };
}

/** One, and one for each share where something is wrong: then the row is unfolded. */
function linesOf({ total, counts }: Counts): number {
  return counts.trouble > 0 && total <= FEW ? 1 + total : 1;
}

async function listSharesOf(
  runtime: HistoryRuntime,
  requestIds: readonly string[],
  filter: HistoryFilter | undefined,
): Promise<ReadonlyMap<string, readonly Share[]>> {
  if (requestIds.length === 0) return new Map();
  const rows = await (filter === undefined
    ? statements(runtime.database).shares.execute({ requests: requestIds })
    : selectShares(runtime.database)
        .where(and(inArray(socialShares.shareRequestId, [...requestIds]), matching(filter)))
        .orderBy(...inOrder));
  return Map.groupBy(
    rows.map((row) => toShare(runtime, row)),
    ({ requestId }) => requestId,
  );
}
