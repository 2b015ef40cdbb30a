/** Counts the shares of many requests at once. */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareDeletions, socialConnections, socialShares } from "../../database/schema.ts";
import { type HistoryFilter, isOfAccounts, matching } from "./history-filter.ts";
import { type Counts, counted, isTheirDeletion } from "./tally.ts";

const statements = preparedOnce((database) => ({
  count: database
    .select({ id: socialShares.shareRequestId, ...counted })
    .from(socialShares)
    .leftJoin(shareDeletions, isTheirDeletion)
    .where(sql`${socialShares.shareRequestId} = any(${sql.placeholder("requests")}::uuid[])`)
    .groupBy(socialShares.shareRequestId)
    .prepare("count_shares"),
}));

/**
 * Counts the shares of each request, by the requests' ids. Requests without a matching share are absent.
 * @param filter which shares are counted; undefined: all
 */
export async function countShares(
  { database }: { readonly database: Database },
  requestIds: readonly string[],
  filter: Omit<HistoryFilter, "pageUrl" | "words"> | undefined,
): Promise<ReadonlyMap<string, Counts>> {
  if (requestIds.length === 0) return new Map();
  const rows =
    filter === undefined
      ? await statements(database).count.execute({ requests: requestIds })
      : await countMatching(database, requestIds, filter);
  return new Map(
    rows.map(({ id, total, overdue, undeleted, calledOff, ...counts }) => [
      id,
      { total, counts, overdue, undeleted, calledOff },
    ]),
  );
}

async function countMatching(
  database: Database,
  requestIds: readonly string[],
  filter: Omit<HistoryFilter, "pageUrl" | "words">,
) {
  const counting = database
    .select({ id: socialShares.shareRequestId, ...counted })
    .from(socialShares)
    .leftJoin(shareDeletions, isTheirDeletion)
    .where(and(inArray(socialShares.shareRequestId, [...requestIds]), matching(filter)))
    .groupBy(socialShares.shareRequestId)
    .$dynamic();
  // Joined only if the filter needs it, because the requests can have tens of thousands of shares.
  return await (isOfAccounts(filter)
    ? counting.innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    : counting);
}
