/** Reads the options of a request's posts, so that its person can change them or share again. */
import { and, eq, sql } from "drizzle-orm";
import { parsePlatformName } from "../../connections/connection.ts";
import type { Queryable } from "../../database/open.ts";
import { socialConnections, socialShares } from "../../database/schema.ts";
import type { OptionValues, PlatformName } from "../../platforms/platform.ts";
import type { ShareStatus } from "../share.ts";

interface RequestOptions {
  /** Options that all posts on the network have. */
  readonly networkOptions: Readonly<Partial<Record<PlatformName, OptionValues>>>;
  /** Options of single posts, by connection id. */
  readonly ownOptions: Readonly<Record<string, OptionValues>>;
}

/**
 * Returns the options of a request's posts.
 * @param only limits them to the shares in this state; left out: of all its shares
 */
export async function findRequestOptions(
  { database }: { readonly database: Queryable },
  requestId: string,
  only?: ShareStatus,
): Promise<RequestOptions> {
  const { connectionId, options, shareRequestId, status } = socialShares;
  const { platform } = socialConnections;
  const rows = await database
    .select({ platform, options, ids: sql<string[]>`array_agg(${connectionId})` })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, connectionId))
    .where(and(eq(shareRequestId, requestId), only && eq(status, only)))
    .groupBy(platform, options);
  const networkOptions: Partial<Record<PlatformName, OptionValues>> = {};
  const ownOptions: Record<string, OptionValues> = {};
  for (const row of rows) {
    if (Object.keys(row.options).length === 0) continue;
    const isForAll = rows.filter((other) => other.platform === row.platform).length === 1;
    if (isForAll && row.ids.length > 1) networkOptions[parsePlatformName(row.platform)] = row.options;
    else for (const id of row.ids) ownOptions[id] = row.options;
  }
  return { networkOptions, ownOptions };
}
