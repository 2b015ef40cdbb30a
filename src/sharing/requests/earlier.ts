/** Finds earlier shares of a page to the same accounts. Within thirty days the person is asked before it is shared there again. */
import {
  and,
  asc,
  countDistinct,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import { isSelected, type Selected } from "../../connections/selection.ts";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { identify, type SharedPage } from "../../pages/page.ts";
import { readWebAddress, type WebAddress } from "../../platforms/platform.ts";
import type { ShareStatus } from "../share.ts";

export interface EarlierShare {
  readonly shareId: string;
  readonly connectionId: string;
  readonly status: ShareStatus;
  readonly sharedAt: Date;
  readonly postUrl: WebAddress | undefined;
}

const ASK_WITHIN_MS = 30 * 86_400_000;

/** The states of shares that are or may be posted, or are still to be sent. Rejected and failed shares do not count. */
const COUNTED = ["scheduled", "queued", "sending", "posted", "duplicate", "unconfirmed"] as const;

const statements = preparedOnce((database) => {
  const earlier = (which?: SQL) =>
    database
      .selectDistinctOn([socialShares.connectionId], {
        shareId: socialShares.id,
        connectionId: socialShares.connectionId,
        status: socialShares.status,
        createdAt: socialShares.createdAt,
        postedAt: socialShares.postedAt,
        scheduledAt: shareRequests.scheduledAt,
        postUrl: socialShares.platformPostUrl,
      })
      .from(shareRequests)
      .innerJoin(socialShares, eq(socialShares.shareRequestId, shareRequests.id))
      .where(
        and(isEarlier(sql.placeholder("person"), sql.placeholder("url"), sql.placeholder("since")), which),
      )
      .orderBy(asc(socialShares.connectionId), desc(socialShares.createdAt));
  return {
    ofAll: earlier().prepare("find_earlier_shares"),
    ofSome: earlier(sql`${socialShares.connectionId} = any(${sql.placeholder("within")}::uuid[])`).prepare(
      "find_earlier_shares_of_some",
    ),
  };
});

/** Returns the latest earlier share by connection id. @param within ids of the connections to search; absent: all */
export async function findEarlierShares(
  runtime: { readonly database: Queryable; now(): Date },
  person: { readonly id: string },
  page: Pick<SharedPage, "url" | "canonical">,
  within?: readonly string[],
): Promise<Map<string, EarlierShare>> {
  const { ofAll, ofSome } = statements(runtime.database);
  const values = { person: person.id, url: identify(page), since: since(runtime.now()) };
  const rows = await (within === undefined ? ofAll.execute(values) : ofSome.execute({ ...values, within }));
  return new Map(
    rows.map((row) => [
      row.connectionId,
      {
        shareId: row.shareId,
        connectionId: row.connectionId,
        status: row.status,
        sharedAt: row.postedAt ?? (row.status === "scheduled" ? row.scheduledAt : null) ?? row.createdAt,
        postUrl: readWebAddress(row.postUrl),
      },
    ]),
  );
}

/** Counts the selected accounts to which the page was shared earlier. */
export async function countEarlierShares(
  { database, now }: { readonly database: Queryable; now(): Date },
  page: Pick<SharedPage, "url" | "canonical">,
  selected: Selected,
): Promise<number> {
  const [row] = await database
    .select({ accounts: countDistinct(socialShares.connectionId) })
    .from(shareRequests)
    .innerJoin(socialShares, eq(socialShares.shareRequestId, shareRequests.id))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(and(isEarlier(selected.person.id, identify(page), since(now())), isSelected(selected, now())));
  return row?.accounts ?? 0;
}

function since(now: Date): Date {
  return new Date(now.getTime() - ASK_WITHIN_MS);
}

/** Returns the condition for earlier shares, for values or for the placeholders of a prepared statement. */
function isEarlier(
  person: string | Placeholder,
  url: string | Placeholder,
  from: Date | Placeholder,
): SQL | undefined {
  return and(
    eq(shareRequests.userId, person),
    eq(shareRequests.url, url),
    gt(shareRequests.createdAt, from),
    inArray(socialShares.status, [...COUNTED]),
    isNull(socialShares.deletedAt),
  );
}
