/** Reads the rows of a share as the `Share` that pages and the API show. */
import { asc, eq } from "drizzle-orm";
import { toConnection } from "../../connections/connection.ts";
import { readTold } from "../../connections/told.ts";
import type { Queryable } from "../../database/open.ts";
import { shareDeletions, shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { readWebAddress } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { isWaiting, type Share } from "../share.ts";
import { findDeletion, findRemedy } from "./remedy.ts";

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

/** The order of a request's accounts on every page. */
export const inOrder = [
  asc(socialConnections.platform),
  asc(socialConnections.createdAt),
  asc(socialConnections.id),
] as const;

/** Selects shares with the rows that `toShare` needs. */
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

/** The page as it was shared. */
export function toPage({ share, request }: Rows) {
  return {
    url: request.pageUrl ?? share.sharedUrl,
    canonical: request.url,
    title: share.sharedTitle,
    description: request.description,
    image: request.image ?? undefined,
    imageAlt: request.imageAlt ?? undefined,
  };
}

/** Returns the share that these rows describe. */
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
    options: share.options,
    status: share.status,
    postUrl: readWebAddress(share.platformPostUrl),
    problem: readTold(share),
    problemCode: share.errorCode ?? undefined,
    nextAttemptAt: share.nextAttemptAt ?? rows.deletion?.nextAttemptAt ?? undefined,
    postedAt: share.postedAt ?? undefined,
    cancelledAt: share.status === "cancelled" ? share.updatedAt : undefined,
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
