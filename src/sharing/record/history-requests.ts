/** Lists a person's history as pages show it: one entry for each request, a page at a time. */
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
import { type Cursor, readCursor } from "../../database/cursor.ts";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { type HistoryFilter, isOfRequest, matching } from "./history-filter.ts";
import { fillPage, type HistoryPage } from "./history-page.ts";
import { requestColumns } from "./request-shares.ts";
import type { HistoryRuntime } from "./share-row.ts";

/** Lines on a page. A request takes one, and more where something is wrong. */
const LINES = 20;

interface Span {
  /** The `next` of the previous page. An invalid one starts at the beginning. */
  readonly from?: string | undefined;
  readonly lines?: number;
}

const statements = preparedOnce((database) => ({
  newest: selectNewest(database, sql.placeholder("person"), {})
    .limit(sql.placeholder("most"))
    .prepare("list_newest_requests"),
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
        // Repeated for the requests: otherwise the shares of every request are searched.
        filter && isOfRequest(filter),
        exists(shares),
      ),
    )
    .orderBy(desc(shareRequests.createdAt), desc(shareRequests.id));
}

/**
 * Lists requests, newest first. Without a filter, requests that are only scheduled are left to `listScheduled`.
 * @param filter finds requests by their shares; only the shares that match are counted and shown
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
  return await fillPage(runtime, rows, {
    filter,
    lines,
    cursorOf: ({ createdAt, id }) => ({ at: createdAt, id }),
  });
}

const isScheduled = eq(socialShares.status, "scheduled");

/** Lists scheduled requests, soonest first. Those that were missed while the service was down come before. */
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
  return await fillPage(runtime, rows, {
    filter: { status: "scheduled" },
    lines,
    cursorOf: ({ scheduledAt, createdAt, id }) => ({ at: scheduledAt ?? createdAt, id }),
  });
}

/** Counts the requests of a person that have a scheduled share. */
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
