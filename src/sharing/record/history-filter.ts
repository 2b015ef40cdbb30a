/** Which shares of a history a person wants to see. */
import { and, eq, gte, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { shareDeletions, shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { normaliseAddress } from "../../pages/page.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { ShareStatus } from "../share.ts";

/** How shares ended, as people ask for them. */
export const outcomes = {
  posted: ["posted", "duplicate"],
  trouble: ["unconfirmed", "reconnect", "failed", "rejected"],
  open: ["scheduled", "queued", "sending"],
  cancelled: ["cancelled"],
} as const satisfies Record<string, readonly ShareStatus[]>;
export type Outcome = keyof typeof outcomes;

export interface HistoryFilter {
  readonly platform?: PlatformName | undefined;
  readonly connectionId?: string | undefined;
  /** Part of the name or handle of an account. */
  readonly accountName?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly status?: ShareStatus | undefined;
  /** Any address of the page. */
  readonly pageUrl?: string | undefined;
  /** Shared then or later. */
  readonly from?: Date | undefined;
  /** Shared before. */
  readonly until?: Date | undefined;
}

/** A deletion that came to nothing is trouble, one under way is open, whatever became of the share before. */
function alsoOf(outcome: Outcome): SQL | undefined {
  if (outcome === "trouble") return and(isPosted, sql`${deletionState} in ('failed', 'unclear')`);
  return outcome === "open" ? and(isPosted, sql`${deletionState} = 'deleting'`) : undefined;
}

/** Nothing else is deleted: said first, so that the deletions of other shares are not looked for. */
const isPosted = eq(socialShares.status, "posted");

const deletionState = sql`(select ${shareDeletions.state} from ${shareDeletions}
  where ${shareDeletions.shareId} = ${socialShares.id})`;

export function matching(filter: HistoryFilter): SQL | undefined {
  const { platform, connectionId, accountName, outcome, status, from, until } = filter;
  return and(
    platform && eq(socialConnections.platform, platform),
    connectionId === undefined ? undefined : eq(socialShares.connectionId, connectionId),
    accountName === undefined ? undefined : isCalled(accountName),
    status && eq(socialShares.status, status),
    outcome && or(inArray(socialShares.status, [...outcomes[outcome]]), alsoOf(outcome)),
    isOfPage(filter),
    from && gte(socialShares.createdAt, from),
    until && lt(socialShares.createdAt, until),
  );
}

/** Whether it asks for something that stands with the accounts. */
export function isOfAccounts({ platform, accountName }: HistoryFilter): boolean {
  return platform !== undefined || accountName !== undefined;
}

/** Which requests: those of this page, whatever address of it is given. */
export function isOfPage({ pageUrl }: HistoryFilter): SQL | undefined {
  if (pageUrl === undefined) return undefined;
  return or(eq(shareRequests.url, normaliseAddress(pageUrl)), eq(shareRequests.pageUrl, pageUrl));
}

/** Accounts with this in their name or handle, whatever its case. */
export function isCalled(part: string): SQL | undefined {
  const pattern = `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return or(
    ilike(socialConnections.displayName, pattern),
    ilike(socialConnections.platformUsername, pattern),
  );
}
