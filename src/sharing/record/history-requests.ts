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
import { type Cursor, readCursor } from "../../database/cursor.ts";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { type HistoryFilter, isOfPage, matching } from "./history-filter.ts";
import { fillPage, type HistoryPage } from "./history-page.ts";
import { requestColumns } from "./request-shares.ts";
import type { HistoryRuntime } from "./share-row.ts";

/** Lines of a page: one for each share that is shown. */
const LINES = 20;

interface Span {
  /** The `next` of the page before; a made-up one starts anew. */
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
  return await fillPage(runtime, rows, {
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
  return await fillPage(runtime, rows, {
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
