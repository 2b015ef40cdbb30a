/** A person's history as pages show it: one entry for all that went out together, a page of them at a time. */
import {
  and,
  asc,
  desc,
  eq,
  exists,
  gt,
  inArray,
  lt,
  ne,
  or,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import { type Cursor, readCursor, writeCursor } from "../../database/cursor.ts";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import type { Share } from "../share.ts";
import { type HistoryRuntime, inOrder, selectShares, toShare } from "./history.ts";
import { type HistoryFilter, isOfPage, matching } from "./history-filter.ts";
import { type RequestHead, requestColumns, toHead } from "./request-shares.ts";
import { type Counts, countShares } from "./tally.ts";

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
/** Lines of a page: one for each share that is shown. */
const LINES = 20;
/** Of a request whose shares are not shown: as high as it is, and it has many shares to count. */
const LINES_OF_MANY = 2;
/** Requests whose shares are counted together. */
const AT_ONCE = 5;

interface Span {
  /** The `next` of the page before; a made-up one starts anew. */
  readonly from?: string | undefined;
  readonly lines?: number;
}

const statements = preparedOnce((database) => ({
  newest: selectNewest(database, sql.placeholder("person"), {})
    .limit(sql.placeholder("most"))
    .prepare("list_newest_requests"),
  shares: selectShares(database)
    .where(sql`${socialShares.shareRequestId} = any(${sql.placeholder("requests")}::uuid[])`)
    .orderBy(...inOrder)
    .prepare("list_shares_of_requests"),
}));

function selectNewest(
  database: Queryable,
  person: string | Placeholder,
  { filter, last }: { readonly filter?: HistoryFilter | undefined; readonly last?: Cursor | undefined },
) {
  const shares = database
    .select({ one: sql`1` })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(
      and(
        eq(socialShares.shareRequestId, shareRequests.id),
        eq(socialShares.userId, person),
        filter === undefined ? ne(socialShares.status, "scheduled") : matching(filter),
      ),
    );
  return database
    .select(requestColumns)
    .from(shareRequests)
    .where(
      and(
        eq(shareRequests.userId, person),
        last && isOlder(last),
        // Said of the requests too: else each of them has its shares looked through.
        filter && isOfPage(filter),
        exists(shares),
      ),
    )
    .orderBy(desc(shareRequests.createdAt), desc(shareRequests.id));
}

/**
 * Newest first. What is only scheduled is left to `listScheduled`, unless a filter is set.
 * @param filter which shares; their requests are found by them, and they alone are counted and shown
 */
export async function listHistory(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  { filter, from, lines = LINES }: Span & { readonly filter?: HistoryFilter | undefined },
): Promise<HistoryPage> {
  const last = readCursor(from);
  const { database } = runtime;
  const rows = await (filter === undefined && last === undefined
    ? statements(database).newest.execute({ person: person.id, most: lines + 1 })
    : selectNewest(database, person.id, { filter, last }).limit(lines + 1));
  return await fill(runtime, rows, {
    filter,
    lines,
    cursorOf: ({ createdAt, id }) => ({ at: createdAt, id }),
  });
}

const isScheduled = eq(socialShares.status, "scheduled");

/** What is to come, soonest first; what was due while nothing ran stands before it. */
export async function listScheduled(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  { from, lines = LINES }: Span = {},
): Promise<HistoryPage> {
  const last = readCursor(from);
  const waiting = runtime.database
    .select({ id: socialShares.shareRequestId })
    .from(socialShares)
    .where(and(eq(socialShares.userId, person.id), isScheduled));
  const rows = await runtime.database
    .select(requestColumns)
    .from(shareRequests)
    .where(and(inArray(shareRequests.id, waiting), last && isLater(last)))
    .orderBy(asc(shareRequests.scheduledAt), asc(shareRequests.id))
    .limit(lines + 1);
  return await fill(runtime, rows, {
    filter: { status: "scheduled" },
    lines,
    cursorOf: ({ scheduledAt, createdAt, id }) => ({ at: scheduledAt ?? createdAt, id }),
  });
}

/** How many requests of a person have something that waits for its time. */
export async function countScheduled(
  { database }: HistoryRuntime,
  person: { readonly id: string },
): Promise<number> {
  const [row] = await database
    .select({ number: sql`count(distinct ${socialShares.shareRequestId})`.mapWith(Number) })
    .from(socialShares)
    .where(and(eq(socialShares.userId, person.id), isScheduled));
  return row?.number ?? 0;
}

function isOlder({ at, id }: Cursor): SQL | undefined {
  return or(lt(shareRequests.createdAt, at), and(eq(shareRequests.createdAt, at), lt(shareRequests.id, id)));
}

function isLater({ at, id }: Cursor): SQL | undefined {
  return or(
    gt(shareRequests.scheduledAt, at),
    and(eq(shareRequests.scheduledAt, at), gt(shareRequests.id, id)),
  );
}

interface Filling {
  readonly filter: HistoryFilter | undefined;
  readonly lines: number;
  cursorOf(entry: RequestHead): Cursor;
}

/** As many of the requests as there are lines for. */
async function fill(
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
