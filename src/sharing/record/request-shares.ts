/** Reads the shares of one request, of which there may be thousands: their counts, and a part of them at a time. */
import { and, eq, inArray, not, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareDeletions, shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import type { SharedPage } from "../../pages/page.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { Share } from "../share.ts";
import { isCalled } from "./history-filter.ts";
import { type HistoryRuntime, inOrder, selectShares, toShare } from "./share-row.ts";
import { type Standing, standsAs, type Tally, tallyRequest } from "./tally.ts";

/** A share request without its shares. */
export interface RequestHead {
  readonly id: string;
  readonly page: SharedPage;
  readonly message: string;
  readonly createdAt: Date;
  readonly scheduledAt: Date | undefined;
}

/** A share request with the counts of its shares. */
export interface RequestSummary extends RequestHead {
  readonly tally: Tally;
}

export interface SharesFilter {
  readonly standing?: Standing | undefined;
  /** Leaves out the shares with this standing. */
  readonly except?: Standing | undefined;
  readonly platform?: PlatformName | undefined;
  /** Part of an account's name or handle. */
  readonly account?: string | undefined;
}

interface Part {
  /** The `next` of the previous part. */
  readonly after?: string | undefined;
  readonly size: number;
}

/** Returns a request with the counts of its shares; undefined if the person has no such request. */
export async function summariseRequest(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  requestId: string,
): Promise<RequestSummary | undefined> {
  const [[request], tally] = await Promise.all([
    statements(runtime.database).find.execute({ request: requestId, person: person.id }),
    tallyRequest(runtime, requestId),
  ]);
  return request && tally && { ...toHead(request), tally };
}

const statements = preparedOnce((database) => ({
  find: database
    .select(requestColumns)
    .from(shareRequests)
    .where(
      and(
        eq(shareRequests.id, sql.placeholder("request")),
        eq(shareRequests.userId, sql.placeholder("person")),
      ),
    )
    .prepare("find_request"),
  list: selectShares(database)
    .where(
      inArray(
        socialShares.id,
        selectOrdered(database, eq(socialShares.shareRequestId, sql.placeholder("request"))).limit(
          sql.placeholder("most"),
        ),
      ),
    )
    .orderBy(...inOrder)
    .prepare("list_request_shares"),
}));

/** Selects only the ids, so that PostgreSQL does not join and sort thousands of whole rows for the few that are shown. */
function selectOrdered(database: Queryable, which: SQL | undefined) {
  return database
    .select({ id: socialShares.id })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .leftJoin(shareDeletions, eq(shareDeletions.shareId, socialShares.id))
    .where(which)
    .orderBy(...inOrder);
}

/** Lists a part of a request's shares in the order of their accounts. @returns the shares, and where the next part begins */
export async function listRequestShares(
  runtime: HistoryRuntime,
  { id }: { readonly id: string },
  { standing, except, platform, account }: SharesFilter,
  { after, size }: Part,
): Promise<{ readonly shares: Share[]; readonly next: string | undefined }> {
  const { database } = runtime;
  const which = and(
    standing && standsAs(standing),
    except && not(standsAs(except)),
    platform && eq(socialConnections.platform, platform),
    account === undefined ? undefined : isCalled(account),
    after === undefined ? undefined : isBehind(after),
  );
  const isTheirs = eq(socialShares.shareRequestId, id);
  const rows = await (which === undefined
    ? statements(database).list.execute({ request: id, most: size + 1 })
    : selectShares(database)
        .where(inArray(socialShares.id, selectOrdered(database, and(isTheirs, which)).limit(size + 1)))
        .orderBy(...inOrder));
  const shares = rows.slice(0, size).map((row) => toShare(runtime, row));
  return { shares, next: rows.length > size ? shares.at(-1)?.connection.id : undefined };
}

function isBehind(connectionId: string): SQL {
  return sql`(${socialConnections.platform}, ${socialConnections.createdAt}, ${socialConnections.id})
    > (select c.platform, c.created_at, c.id from social_connections c
      where c.id = ${connectionId} and c.user_id = ${socialShares.userId})`;
}

/** The columns of `RequestHead`. A request without the exact address of its page takes it from one of its shares. */
export const requestColumns = {
  id: shareRequests.id,
  url: shareRequests.url,
  pageUrl: sql<string>`coalesce(${shareRequests.pageUrl}, (select s.shared_url from social_shares s
    where s.share_request_id = "share_requests"."id" limit 1), ${shareRequests.url})`,
  title: shareRequests.title,
  description: shareRequests.description,
  image: shareRequests.image,
  imageAlt: shareRequests.imageAlt,
  message: shareRequests.message,
  createdAt: shareRequests.createdAt,
  scheduledAt: shareRequests.scheduledAt,
} as const;

type RequestRow = Omit<
  typeof shareRequests.$inferSelect,
  "userId" | "idempotencyKey" | "pageUrl" | "pictures" | "siteName" | "keywords"
> & { readonly pageUrl: string };

/** Converts a row of `requestColumns`. */
export function toHead(row: RequestRow): RequestHead {
  return {
    id: row.id,
    page: {
      url: row.pageUrl,
      canonical: row.url,
      title: row.title,
      description: row.description,
      image: row.image ?? undefined,
      imageAlt: row.imageAlt ?? undefined,
    },
    message: row.message,
    createdAt: row.createdAt,
    scheduledAt: row.scheduledAt ?? undefined,
  };
}
