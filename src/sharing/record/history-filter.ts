/** Filters the shares of a history. */
import { and, eq, gte, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { shareDeletions, shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { normaliseAddress } from "../../pages/page.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { ShareStatus } from "../share.ts";
import { holdsWords } from "./share-words.ts";

/** The outcomes that people can filter by, with the states that each includes. */
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
  /** Words of the title, the messages or the address. */
  readonly words?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly status?: ShareStatus | undefined;
  /** Any address that leads to the page. */
  readonly pageUrl?: string | undefined;
  /** The earliest moment of sharing. */
  readonly from?: Date | undefined;
  /** The moment before which it was shared. */
  readonly until?: Date | undefined;
}

/** Counts a posted share as trouble if its post could not be deleted, and as open while the deletion is under way. */
function alsoOf(outcome: Outcome): SQL | undefined {
  if (outcome === "trouble") return and(isPosted, sql`${deletionState} in ('failed', 'unclear')`);
  return outcome === "open" ? and(isPosted, sql`${deletionState} = 'deleting'`) : undefined;
}

/** Only posted shares have deletions. Tested first, so that PostgreSQL does not look for deletions of others. */
const isPosted = eq(socialShares.status, "posted");

const deletionState = sql`(select ${shareDeletions.state} from ${shareDeletions}
  where ${shareDeletions.shareId} = ${socialShares.id})`;

/** Returns the condition for shares that match the filter; undefined: all match. */
export function matching(filter: HistoryFilter): SQL | undefined {
  const { platform, connectionId, accountName, outcome, status, from, until } = filter;
  return and(
    platform && eq(socialConnections.platform, platform),
    connectionId === undefined ? undefined : eq(socialShares.connectionId, connectionId),
    accountName === undefined ? undefined : isCalled(accountName),
    status && eq(socialShares.status, status),
    outcome && or(inArray(socialShares.status, [...outcomes[outcome]]), alsoOf(outcome)),
    isOfRequest(filter),
    from && gte(socialShares.createdAt, from),
    until && lt(socialShares.createdAt, until),
  );
}

/** Whether the filter needs columns of the accounts. */
export function isOfAccounts({ platform, accountName }: HistoryFilter): boolean {
  return platform !== undefined || accountName !== undefined;
}

/** Returns the condition for requests of the filter's page, by any of its addresses, that hold its words. */
export function isOfRequest({ pageUrl, words }: HistoryFilter): SQL | undefined {
  const isOfPage =
    pageUrl === undefined
      ? undefined
      : or(eq(shareRequests.url, normaliseAddress(pageUrl)), eq(shareRequests.pageUrl, pageUrl));
  return and(isOfPage, words === undefined ? undefined : holdsWords(words));
}

/** Returns the condition for accounts with this text in their name or handle, in any case. */
export function isCalled(part: string): SQL | undefined {
  const pattern = `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return or(
    ilike(socialConnections.displayName, pattern),
    ilike(socialConnections.platformUsername, pattern),
  );
}
