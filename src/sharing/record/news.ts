/** Gathers what a notice tells a person: the results of their shares, and the accounts that need reconnecting. */
import { and, eq, isNull } from "drizzle-orm";
import { handleOf, toConnection } from "../../connections/connection.ts";
import { readTold } from "../../connections/told.ts";
import { isOneOf } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import {
  shareDeletions,
  shareRequests,
  socialConnections,
  socialShares,
  type users,
} from "../../database/schema.ts";
import { readWebAddress } from "../../platforms/platform.ts";
import { isAboutDeletion, type News, needsLook, outcomeOf } from "./notice-letter.ts";

/** One letter names at most this many shares, and at most this many accounts. */
const MOST = 50;

/** A person, with the shares and connections about which this letter tells them. */
export interface Claimed {
  readonly person: typeof users.$inferSelect;
  readonly shareIds: string[];
  readonly connectionIds: string[];
}

/** Returns what the letter tells, by the person's own setting. */
export async function gatherNews(
  database: Queryable,
  { person, shareIds, connectionIds }: Claimed,
): Promise<News> {
  const wants = person.mailNotices;
  const shares = await database
    .select({
      share: socialShares,
      connection: socialConnections,
      requestId: shareRequests.id,
      deletion: shareDeletions,
    })
    .from(socialShares)
    .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .leftJoin(shareDeletions, eq(shareDeletions.shareId, socialShares.id))
    .where(isOneOf(socialShares.id, shareIds.slice(0, MOST)));
  const isTheirs = and(isOneOf(socialConnections.id, connectionIds), isNull(socialConnections.revokedAt));
  const broken = wants === "none" ? 0 : await database.$count(socialConnections, isTheirs);
  const connections = await database
    .select()
    .from(socialConnections)
    .where(isTheirs)
    .limit(Math.min(broken, MOST));
  return {
    more: Math.max(0, shareIds.length - MOST),
    shares: shares
      .map((row) => {
        const outcome = outcomeOf(row.share.status, row.deletion?.state);
        return { ...row, outcome, needsLook: needsLook(outcome, row.share.errorCode) };
      })
      .filter((row) => wants === "all" || row.needsLook)
      .map(({ share, connection, requestId, deletion, outcome, needsLook }) => ({
        requestId,
        outcome,
        needsLook,
        title: share.sharedTitle,
        account: handleOf(toConnection(connection).account),
        platform: toConnection(connection).platform,
        problem: readTold(isAboutDeletion(outcome) && deletion !== null ? deletion : share),
        postUrl: readWebAddress(share.platformPostUrl),
      })),
    connections: connections.map(toConnection),
    moreConnections: broken - connections.length,
  };
}
