/** Reading shares back: one request with its shares, and a person's history. */

import { and, asc, desc, eq, exists, isNull, or, type SQL, sql } from "drizzle-orm";
import { type Connection, toConnection } from "../../connections/connection.ts";
import { readTold } from "../../connections/told.ts";
import { readCursor, writeCursor } from "../../database/cursor.ts";
import type { Queryable } from "../../database/open.ts";
import { shareDeletions, shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { readWebAddress } from "../../platforms/platform.ts";
import { aboutPlatform, type PlatformRegistry } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { type Deletion, isWaiting, type Remedy, type Share, type ShareRequest } from "../share.ts";
import { type HistoryFilter, matching } from "./history-filter.ts";

export interface HistoryRuntime {
  readonly database: Queryable;
  readonly platforms: PlatformRegistry;
}

interface Rows {
  readonly share: typeof socialShares.$inferSelect;
  readonly request: typeof shareRequests.$inferSelect;
  readonly connection: typeof socialConnections.$inferSelect;
  readonly deletion: typeof shareDeletions.$inferSelect | null;
}

const PAGE_SIZE = 25;

/** How the accounts of a share stand wherever several are shown together. */
export const inOrder = [
  asc(socialConnections.platform),
  asc(socialConnections.createdAt),
  asc(socialConnections.id),
] as const;

/** The request with its shares in the order of their accounts; undefined when it is not this person's. */
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

/** One share of this person; undefined when it is not theirs. */
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

/** Accounts that a person has, or shared to while they had them; the first `most` of them. */
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
 * Newest first, 25 at a time.
 * @param options.before the `next` of the page before; a made-up one starts from the newest
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
  // Compared as one, so that the index leads there, however far back it is.
  return sql`(${createdAt}, ${id}) < (${sql.param(last.at, createdAt)}, ${last.id}::uuid)`;
}

/** With what `toShare` needs of each. */
export function selectShares(database: Queryable) {
  return database
    .select({
      share: socialShares,
      request: shareRequests,
      connection: socialConnections,
      deletion: shareDeletions,
    })
    .from(socialShares)
    .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .leftJoin(shareDeletions, eq(shareDeletions.shareId, socialShares.id))
    .$dynamic();
}

function toPage({ share, request }: Rows) {
  return {
    url: request.pageUrl ?? share.sharedUrl,
    canonical: request.url,
    title: share.sharedTitle,
    description: request.description,
    image: request.image ?? undefined,
    imageAlt: request.imageAlt ?? undefined,
  };
}

export function toShare(runtime: HistoryRuntime, rows: Rows): Share {
  const { share } = rows;
  const connection = toConnection(rows.connection);
  const deletion = findDeletion(runtime, rows, connection);
  return {
    id: share.id,
    requestId: share.shareRequestId,
    connection,
    page: toPage(rows),
    text: share.text,
    ownMessage: share.ownMessage ?? undefined,
    status: share.status,
    postUrl: readWebAddress(share.platformPostUrl),
    problem: readTold(share),
    problemCode: share.errorCode ?? undefined,
    nextAttemptAt: share.nextAttemptAt ?? rows.deletion?.nextAttemptAt ?? undefined,
    postedAt: share.postedAt ?? undefined,
    scheduledAt: rows.request.scheduledAt ?? undefined,
    isOverdue: share.status === "scheduled" && share.nextAttemptAt === null,
    isCancellable: isWaiting(share.status) && share.firstSentAt === null,
    createdAt: share.createdAt,
    remedy:
      deletion.state === "deleting" && deletion.waitsForReconnect
        ? "reconnect"
        : findRemedy(share, connection),
    deletion,
  };
}

function findDeletion(runtime: HistoryRuntime, rows: Rows, connection: Connection): Deletion {
  const { share, deletion } = rows;
  if (share.deletedAt !== null)
    return { state: "deleted", at: share.deletedAt, mayHaveTwin: share.sends > 1 };
  const without = findDeletability(runtime, share, connection);
  if (deletion === null) return without;
  const problem = readTold(deletion);
  if (deletion.state === "deleting")
    return { state: "deleting", problem, waitsForReconnect: needsReconnecting(connection) };
  return {
    state: deletion.state,
    problem: problem ?? say("Something went wrong on our side."),
    isRepeatable: without.state === "possible",
  };
}

function findDeletability(
  { platforms }: HistoryRuntime,
  share: Rows["share"],
  connection: Connection,
): Deletion {
  const platform = platforms.availablePlatforms().find(({ name }) => name === connection.platform);
  const isTheirs = share.status === "posted" && share.platformPostId !== null;
  if (!isTheirs || platform === undefined || connection.revokedAt !== undefined) return { state: "none" };
  const hindrance = platform.deletionHindrance(connection.account, connection.scopes);
  return hindrance === undefined ? { state: "possible" } : { state: "hindered", hindrance };
}

function needsReconnecting({ status, revokedAt }: Connection): boolean {
  return status === "reconnect" && revokedAt === undefined;
}

/** What the person can do about a share now. */
function findRemedy(share: Rows["share"], connection: Connection): Remedy {
  if (aboutPlatform(connection.platform).isFormer) return "none";
  const usable = connection.revokedAt === undefined && connection.status === "active";
  switch (share.status) {
    case "failed":
    case "reconnect":
      return usable ? "retry" : "reconnect";
    case "unconfirmed":
      return usable ? "check" : "reconnect";
    case "rejected":
      return !usable ? "none" : share.operatorFault ? "retry" : "rewrite";
    case "cancelled":
    case "duplicate":
      return usable ? "rewrite" : "none";
    case "scheduled":
      return connection.status === "reconnect" ? "reconnect" : "none";
    case "queued":
    case "sending":
    case "posted":
      return "none";
  }
}
