/** Which shares of a history a person wants to see. */
import { and, eq, gte, inArray, lt, or, type SQL } from "drizzle-orm";
import { shareRequests, socialConnections, socialShares } from "../database/schema.ts";
import { normaliseAddress } from "../pages/page.ts";
import type { PlatformName } from "../platforms/platform.ts";
import type { ShareStatus } from "./share.ts";

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
  readonly outcome?: Outcome | undefined;
  /** Any address of the page. */
  readonly pageUrl?: string | undefined;
  /** Shared then or later. */
  readonly from?: Date | undefined;
  /** Shared before. */
  readonly until?: Date | undefined;
}

export function matching(filter: HistoryFilter): SQL | undefined {
  const { platform, connectionId, outcome, pageUrl, from, until } = filter;
  return and(
    platform && eq(socialConnections.platform, platform),
    connectionId === undefined ? undefined : eq(socialShares.connectionId, connectionId),
    outcome && inArray(socialShares.status, [...outcomes[outcome]]),
    pageUrl === undefined
      ? undefined
      : or(eq(shareRequests.url, normaliseAddress(pageUrl)), eq(socialShares.sharedUrl, pageUrl)),
    from && gte(socialShares.createdAt, from),
    until && lt(socialShares.createdAt, until),
  );
}
