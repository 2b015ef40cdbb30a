/** What a person's calendar shows: when each of their requests goes out or went out. */
import { and, asc, eq, exists, gte, inArray, lt, ne, sql } from "drizzle-orm";
import { parsePlatformName } from "../../connections/connection.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { countShares } from "./count-shares.ts";
import { type RequestHead, requestColumns, toHead } from "./request-shares.ts";
import type { HistoryRuntime } from "./share-row.ts";
import type { Counts } from "./tally.ts";

interface CalendarMoment {
  readonly requestId: string;
  /** When it goes out or went out. */
  readonly at: Date;
}

export interface CalendarEntry extends RequestHead {
  readonly at: Date;
  readonly tally: Counts;
  /** The networks of its shares, unless they are many. */
  readonly platforms: readonly PlatformName[];
}

/** Requests of six weeks that a calendar tells apart: over a hundred a day. */
const MOST = 5_000;
/** Networks are named of requests with up to this many shares. */
const FEW = 20;

const momentOf = sql<Date>`(coalesce(${shareRequests.scheduledAt}, ${shareRequests.createdAt}))`.mapWith(
  shareRequests.createdAt,
);

/** Lists the requests of a span of time, soonest first, without those that were cancelled as a whole. */
export async function listCalendarMoments(
  { database }: Pick<HistoryRuntime, "database">,
  person: { readonly id: string },
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<CalendarMoment[]> {
  const kept = database
    .select({ one: sql`1` })
    .from(socialShares)
    .where(and(eq(socialShares.shareRequestId, shareRequests.id), ne(socialShares.status, "cancelled")));
  return await database
    .select({ requestId: shareRequests.id, at: momentOf })
    .from(shareRequests)
    .where(
      and(
        eq(shareRequests.userId, person.id),
        gte(momentOf, sql`${from.toISOString()}::timestamptz`),
        lt(momentOf, sql`${until.toISOString()}::timestamptz`),
        exists(kept),
      ),
    )
    .orderBy(asc(momentOf), asc(shareRequests.id))
    .limit(MOST);
}

/** Returns what there is to show of each of these moments, by the requests' ids. */
export async function describeMoments(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  moments: readonly CalendarMoment[],
): Promise<ReadonlyMap<string, CalendarEntry>> {
  if (moments.length === 0) return new Map();
  const ids = moments.map(({ requestId }) => requestId);
  const [rows, tallies] = await Promise.all([
    runtime.database
      .select(requestColumns)
      .from(shareRequests)
      .where(and(eq(shareRequests.userId, person.id), inArray(shareRequests.id, ids))),
    countShares(runtime, ids, undefined),
  ]);
  const few = ids.filter((id) => (tallies.get(id)?.total ?? 0) <= FEW);
  const platforms = await listPlatforms(runtime, few);
  const heads = new Map(rows.map((row) => [row.id, toHead(row)]));
  return new Map(
    moments.flatMap(({ requestId, at }) => {
      const [head, tally] = [heads.get(requestId), tallies.get(requestId)];
      const named = platforms.get(requestId) ?? [];
      return head && tally ? [[requestId, { ...head, at, tally, platforms: named }] as const] : [];
    }),
  );
}

async function listPlatforms(
  { database }: HistoryRuntime,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PlatformName[]>> {
  if (requestIds.length === 0) return new Map();
  const rows = await database
    .selectDistinct({ id: socialShares.shareRequestId, platform: socialConnections.platform })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(inArray(socialShares.shareRequestId, [...requestIds]))
    .orderBy(asc(socialConnections.platform));
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, named]) => [
      id,
      named.map(({ platform }) => parsePlatformName(platform)),
    ]),
  );
}
