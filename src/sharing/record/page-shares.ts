/** Counts how often a page was shared. */
import { and, count, eq, inArray, isNull } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";

export interface PageShares {
  readonly total: number;
  readonly platforms: Readonly<Partial<Record<PlatformName, number>>>;
}

interface PageSharesRuntime {
  readonly database: Database;
  readonly pages: { identify(url: string): Promise<string> };
}

/** Counts the existing posts of a page by network, for all people together. */
export async function countPageShares(
  { database, pages }: PageSharesRuntime,
  url: string,
): Promise<PageShares> {
  const rows = await database
    .select({ platform: socialConnections.platform, number: count() })
    .from(shareRequests)
    .innerJoin(socialShares, eq(socialShares.shareRequestId, shareRequests.id))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(
      and(
        eq(shareRequests.url, await pages.identify(url)),
        inArray(socialShares.status, ["posted", "duplicate"]),
        isNull(socialShares.deletedAt),
      ),
    )
    .groupBy(socialConnections.platform);
  const platforms = Object.fromEntries(
    platformNames.flatMap((name) => {
      const number = rows.find(({ platform }) => platform === name)?.number;
      return number === undefined ? [] : [[name, number]];
    }),
  );
  return { total: rows.reduce((sum, { number }) => sum + number, 0), platforms };
}
