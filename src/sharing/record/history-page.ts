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
  /** Of the shares that fit the filter. */
  readonly tally: Counts;
  /** Those that fit the filter, where they are few; else none, and `tally` tells of them. */
  readonly shares: readonly Share[];
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: string | undefined;
}

/** So many shares are shown one by one; of a request with more only how they stand. */
const FEW = 7;
/** Of a request whose shares are not shown: as high as it is, and it has many shares to count. */
const LINES_OF_MANY = 2;
/** Requests whose shares are counted together. */
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

/** As many of the requests as there are lines for. */
export async function fillPage(
  runtime: HistoryRuntime,
  rows: readonly Parameters<typeof toHead>[0][],
  { filter, lines, cursorOf }: Filling,
): Promise<HistoryPage> {
  const shown: (RequestHead & { readonly tally: Counts })[] = [];
  let used = 0;
  // The requests are of its page already.
  const ofShares = filter && { ...filter, pageUrl: undefined };
  // A few at a time: where each has thousands of shares, none is counted that has no room.
  for (let at = 0; at < rows.length && used < lines; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    const ids = some.map(({ id }) => id);
    const tallies = await countShares(runtime, ids, ofShares);
    for (const row of some) {
      const tally = tallies.get(row.id);
      // Its last share that fitted changed meanwhile.
      if (tally === undefined) continue;
      used += tally.total > FEW ? LINES_OF_MANY : tally.total;
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
