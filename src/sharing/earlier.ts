/** Was this page shared to these accounts before? Within thirty days we ask before doing it again. */
import { and, desc, eq, gt, inArray, isNull } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { shareRequests, socialShares } from "../database/schema.ts";
import { identify, type SharedPage } from "../pages/page.ts";
import type { ShareStatus } from "./share.ts";

export interface EarlierShare {
  readonly shareId: string;
  readonly connectionId: string;
  readonly status: ShareStatus;
  readonly sharedAt: Date;
  readonly postUrl: string | undefined;
}

const ASK_WITHIN_MS = 30 * 86_400_000;

/** What is, or may be, out there or on its way. What was refused or failed does not count. */
const COUNTED = ["scheduled", "queued", "sending", "posted", "duplicate", "unconfirmed"] as const;

/** The latest such share per connection id. */
export async function findEarlierShares(
  runtime: { readonly database: Queryable; now(): Date },
  person: { readonly id: string },
  page: Pick<SharedPage, "url" | "canonical">,
): Promise<Map<string, EarlierShare>> {
  const rows = await runtime.database
    .select({
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
      and(
        eq(shareRequests.userId, person.id),
        eq(shareRequests.url, identify(page)),
        gt(shareRequests.createdAt, new Date(runtime.now().getTime() - ASK_WITHIN_MS)),
        inArray(socialShares.status, [...COUNTED]),
        isNull(socialShares.deletedAt),
      ),
    )
    .orderBy(desc(socialShares.createdAt))
    .limit(500);
  const latest = new Map<string, EarlierShare>();
  for (const row of rows) {
    if (latest.has(row.connectionId)) continue;
    latest.set(row.connectionId, {
      shareId: row.shareId,
      connectionId: row.connectionId,
      status: row.status,
      sharedAt: row.postedAt ?? (row.status === "scheduled" ? row.scheduledAt : null) ?? row.createdAt,
      postUrl: row.postUrl ?? undefined,
    });
  }
  return latest;
}
