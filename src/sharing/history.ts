/** Reading shares back: one request with its shares, and a person's history. */
import { and, asc, desc, eq, exists, isNull, lt, or, type SQL } from "drizzle-orm";
import { type Connection, toConnection } from "../connections/connection.ts";
import { readTold } from "../connections/told.ts";
import type { Database } from "../database/open.ts";
import { shareRequests, socialConnections, socialShares } from "../database/schema.ts";
import type { PlatformRegistry } from "../platforms/registry.ts";
import { type HistoryFilter, matching } from "./history-filter.ts";
import type { Deletion, Remedy, Share, ShareRequest } from "./share.ts";

export interface HistoryRuntime {
  readonly database: Database;
  readonly platforms: PlatformRegistry;
}

interface Rows {
  readonly share: typeof socialShares.$inferSelect;
  readonly request: typeof shareRequests.$inferSelect;
  readonly connection: typeof socialConnections.$inferSelect;
}

const PAGE_SIZE = 25;
const SCHEDULED_SIZE = 100;

/** The request with its shares in the order of their accounts; undefined when it is not this person's. */
export async function getShareRequest(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<ShareRequest | undefined> {
  const rows = await selectShares(runtime.database)
    .where(and(eq(shareRequests.id, requestId), eq(shareRequests.userId, person.id)))
    .orderBy(asc(socialConnections.platform), asc(socialConnections.createdAt));
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

/** Accounts that a person has, or shared to while they had them. */
export async function listHistoryConnections(
  { database }: HistoryRuntime,
  person: { readonly id: string },
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
    .orderBy(asc(socialConnections.platform), asc(socialConnections.createdAt));
  return rows.map(toConnection);
}

/** As they stand wherever several are shown together. */
export function byAccount({ connection: one }: Share, { connection: other }: Share): number {
  if (one.platform !== other.platform) return one.platform < other.platform ? -1 : 1;
  return one.createdAt.getTime() - other.createdAt.getTime();
}

/** What is to come, soonest first; of a request that was never sent as a whole, too. */
export async function listScheduled(
  runtime: HistoryRuntime,
  person: { readonly id: string },
): Promise<Share[]> {
  const rows = await selectShares(runtime.database)
    .where(and(eq(socialShares.userId, person.id), eq(socialShares.status, "scheduled")))
    .orderBy(asc(shareRequests.scheduledAt), asc(shareRequests.id), asc(socialShares.id))
    .limit(SCHEDULED_SIZE);
  return rows.map((row) => toShare(runtime, row));
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
    next: last && `${last.createdAt.getTime()}_${last.id}`,
  };
}

function olderThan(cursor: string | undefined): SQL | undefined {
  const [, time, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor ?? "") ?? [];
  if (time === undefined || id === undefined) return undefined;
  const at = new Date(Number(time));
  return or(lt(socialShares.createdAt, at), and(eq(socialShares.createdAt, at), lt(socialShares.id, id)));
}

function selectShares(database: Database) {
  return database
    .select({ share: socialShares, request: shareRequests, connection: socialConnections })
    .from(socialShares)
    .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
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

function toShare(runtime: HistoryRuntime, rows: Rows): Share {
  const { share } = rows;
  const connection = toConnection(rows.connection);
  return {
    id: share.id,
    requestId: share.shareRequestId,
    connection,
    page: toPage(rows),
    text: share.text,
    ownMessage: share.ownMessage ?? undefined,
    status: share.status,
    postUrl: share.platformPostUrl ?? undefined,
    problem: readTold(share),
    problemCode: share.errorCode ?? undefined,
    nextAttemptAt: share.nextAttemptAt ?? undefined,
    postedAt: share.postedAt ?? undefined,
    scheduledAt: rows.request.scheduledAt ?? undefined,
    isOverdue: share.status === "scheduled" && share.nextAttemptAt === null,
    isCancellable: (share.status === "scheduled" || share.status === "queued") && share.firstSentAt === null,
    createdAt: share.createdAt,
    remedy: findRemedy(share, connection),
    deletion: findDeletion(runtime, share, connection),
  };
}

function findDeletion({ platforms }: HistoryRuntime, share: Rows["share"], connection: Connection): Deletion {
  if (share.deletedAt !== null) return { state: "deleted", at: share.deletedAt };
  const platform = platforms.availablePlatforms().find(({ name }) => name === connection.platform);
  const isTheirs = share.status === "posted" && share.platformPostId !== null;
  if (!isTheirs || platform === undefined || connection.revokedAt !== undefined) return { state: "none" };
  const hindrance = platform.deletionHindrance(connection.account, connection.scopes);
  return hindrance === undefined ? { state: "possible" } : { state: "hindered", hindrance };
}

/** What the person can do about a share now. */
function findRemedy(share: Rows["share"], connection: Connection): Remedy {
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
