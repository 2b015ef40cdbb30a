/** Reads shares: single ones, those of one request, and a person's whole history. */
import { and, desc, eq, exists, isNull, or, type SQL, sql } from "drizzle-orm";
import { type Connection, toConnection } from "../../connections/connection.ts";
import { readCursor, writeCursor } from "../../database/cursor.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import type { Share, ShareRequest } from "../share.ts";
import { type HistoryFilter, matching } from "./history-filter.ts";
import { type HistoryRuntime, inOrder, selectShares, toPage, toShare } from "./share-row.ts";

const PAGE_SIZE = 25;

/** Returns the request with its shares in the order of their accounts; undefined if the person has no such request. */
export async function getShareRequest(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<ShareRequest | undefined> {
  const rows = await selectShares(runtime.database)
    .where(and(eq(shareRequests.id, requestId), eq(shareRequests.userId, person.id)))
    .orderBy(...inOrder);
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    id: first.request.id,
    page: toPage(first),
    message: first.request.message,
    createdAt: first.request.createdAt,
    scheduledAt: first.request.scheduledAt ?? undefined,
    shares: rows.map((row) => toShare(runtime, row)),
  };
}

/** Returns a share; undefined if the person has no such share. */
export async function findShare(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<Share | undefined> {
  const [row] = await selectShares(runtime.database).where(
    and(eq(socialShares.id, shareId), eq(socialShares.userId, person.id)),
  );
  return row && toShare(runtime, row);
}

/** Lists the accounts that a person has or has shared to, at most `most` of them. */
export async function listHistoryConnections(
  { database }: HistoryRuntime,
  person: { readonly id: string },
  most: number,
): Promise<Connection[]> {
  const shared = database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(and(eq(socialShares.connectionId, socialConnections.id), eq(socialShares.userId, person.id)));
  const rows = await database
    .select()
    .from(socialConnections)
    .where(
      and(eq(socialConnections.userId, person.id), or(isNull(socialConnections.revokedAt), exists(shared))),
    )
    .orderBy(...inOrder)
    .limit(most);
  return rows.map(toConnection);
}

/**
 * Lists a person's shares, newest first, 25 at a time by default.
 * @param options.before the `next` of the previous page; an invalid one starts from the newest share
 * @returns the shares, and where the next page begins (undefined on the last page)
 */
export async function listShares(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  options: {
    readonly before?: string | undefined;
    readonly filter?: HistoryFilter | undefined;
    readonly size?: number;
  } = {},
): Promise<{ shares: Share[]; next: string | undefined }> {
  const { before, filter = {}, size = PAGE_SIZE } = options;
  const rows = await selectShares(runtime.database)
    .where(and(eq(socialShares.userId, person.id), matching(filter), olderThan(before)))
    .orderBy(desc(socialShares.createdAt), desc(socialShares.id))
    .limit(size + 1);
  const shown = rows.slice(0, size);
  const last = rows.length > size ? shown.at(-1)?.share : undefined;
  return {
    shares: shown.map((row) => toShare(runtime, row)),
    next: last && writeCursor({ at: last.createdAt, id: last.id }),
  };
}

function olderThan(cursor: string | undefined): SQL | undefined {
  const last = readCursor(cursor);
  if (last === undefined) return undefined;
  const { createdAt, id } = socialShares;
  // Compared as one value, so that an index finds it at once, however far back it is.
  return sql`(${createdAt}, ${id}) < (${sql.param(last.at, createdAt)}, ${last.id}::uuid)`;
}
