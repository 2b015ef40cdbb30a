/** Counts the shares of a request in the database, so that pages describe one share and thousands in the same way. */
import { and, count, eq, inArray, isNotNull, isNull, max, min, or, type SQL, sql } from "drizzle-orm";
import { parsePlatformName } from "../../connections/connection.ts";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareDeletions, socialConnections, socialShares } from "../../database/schema.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { type ShareStatus, waitingStatuses } from "../share.ts";

/** The standing of a share, as pages name it. Each share has exactly one. */
export const standings = ["trouble", "open", "scheduled", "posted", "deleted", "cancelled"] as const;
export type Standing = (typeof standings)[number];

const standingOf: Readonly<Record<ShareStatus, Standing>> = {
  unconfirmed: "trouble",
  reconnect: "trouble",
  failed: "trouble",
  rejected: "trouble",
  queued: "open",
  sending: "open",
  scheduled: "scheduled",
  posted: "posted",
  duplicate: "posted",
  cancelled: "cancelled",
};

export interface Counts {
  readonly total: number;
  readonly counts: Readonly<Record<Standing, number>>;
  /** Those in trouble that were due while the service was down. */
  readonly overdue: number;
  /** Those in trouble that are posted and whose post could not be deleted. */
  readonly undeleted: number;
  /** Those that were cancelled by the person, and not because their account was disconnected. */
  readonly calledOff: number;
}

/** Everything that the page of a request tells about its shares. */
export interface Tally extends Counts {
  /** Posted shares whose post is being deleted. */
  readonly leaving: number;
  /** Shares that were not sent yet and can be cancelled. */
  readonly cancellable: number;
  /** Shares that Retry sends again. */
  readonly retryable: number;
  /** When the next waiting share is tried; undefined if one is under way now, or none waits. */
  readonly nextAt: Date | undefined;
  /** When one of the shares last changed. */
  readonly changedAt: Date;
  /** Changes whenever a share or one of its accounts changes. */
  readonly version: string;
  /** The networks of the shares, each once. */
  readonly platforms: readonly PlatformName[];
}

const isOverdue = sql`(${eq(socialShares.status, "scheduled")} and ${isNull(socialShares.nextAttemptAt)})`;

const isUndeleted = sql`coalesce(${shareDeletions.state} in ('failed', 'unclear'), false)`;

/** Returns the condition for shares with this standing, in a statement that joins their deletions. */
export function standsAs(standing: Standing): SQL {
  const statuses = (Object.keys(standingOf) as ShareStatus[]).filter((name) => standingOf[name] === standing);
  const has = inArray(socialShares.status, statuses);
  switch (standing) {
    case "trouble":
      return sql`(${has} or ${isOverdue} or ${isUndeleted})`;
    case "scheduled":
      return sql`(${has} and not ${isOverdue})`;
    case "posted":
      return sql`(${has} and ${isNull(socialShares.deletedAt)} and not ${isUndeleted})`;
    case "deleted":
      return isNotNull(socialShares.deletedAt);
    case "open":
    case "cancelled":
      return has;
  }
}

const isCancellable = and(
  inArray(socialShares.status, [...waitingStatuses]),
  isNull(socialShares.firstSentAt),
);

/** Deletions that go on without the person. If the account must be reconnected, they wait. */
const isBeingDeleted = and(
  eq(shareDeletions.state, "deleting"),
  isNull(socialConnections.revokedAt),
  eq(socialConnections.status, "active"),
);

/** The shares that Retry sends again: those for which `findRemedy` says "retry". */
export const isRetryable = and(
  or(
    inArray(socialShares.status, ["failed", "reconnect"]),
    and(eq(socialShares.status, "rejected"), socialShares.operatorFault),
  ),
  isNull(socialConnections.revokedAt),
  eq(socialConnections.status, "active"),
);

/** The columns of `Counts`, for a statement in which deletions are joined. */
export const counted = {
  total: count(),
  trouble: number(standsAs("trouble")),
  open: number(standsAs("open")),
  scheduled: number(standsAs("scheduled")),
  posted: number(standsAs("posted")),
  deleted: number(standsAs("deleted")),
  cancelled: number(standsAs("cancelled")),
  overdue: number(isOverdue),
  undeleted: number(isUndeleted),
  calledOff: number(and(standsAs("cancelled"), isNull(socialShares.errorMessage))),
};

/** Joins the deletions of shares. */
export const isTheirDeletion = eq(shareDeletions.shareId, socialShares.id);

const statements = preparedOnce((database) => {
  const isOpen = standsAs("open");
  return {
    tally: database
      .select({
        ...counted,
        leaving: number(isBeingDeleted),
        cancellable: number(isCancellable),
        retryable: number(isRetryable),
        inHand: number(and(isOpen, isNull(socialShares.nextAttemptAt))),
        nextAt: min(
          sql`case when ${or(isOpen, standsAs("scheduled"))} then ${socialShares.nextAttemptAt} end`,
        ),
        changedAt: max(socialShares.updatedAt),
        version: sql<string>`sum(extract(epoch from ${socialShares.updatedAt})) || ' '
        || sum(extract(epoch from ${socialConnections.updatedAt}))`,
        platforms: sql<string[] | null>`array_agg(distinct ${socialConnections.platform})`,
      })
      .from(socialShares)
      .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
      .leftJoin(shareDeletions, isTheirDeletion)
      .where(eq(socialShares.shareRequestId, sql.placeholder("request")))
      .prepare("tally_request"),
  };
});

/** Counts the shares of a request; undefined if there is no such request. */
export async function tallyRequest(
  { database }: { readonly database: Database },
  requestId: string,
): Promise<Tally | undefined> {
  const [row] = await statements(database).tally.execute({ request: requestId });
  if (row === undefined || row.total === 0) return undefined;
  const { total, overdue, undeleted, calledOff, leaving, cancellable, retryable, version, ...more } = row;
  const { inHand, nextAt, changedAt, platforms, ...counts } = more;
  return {
    ...{ total, counts, overdue, undeleted, calledOff, leaving, cancellable, retryable, version },
    nextAt: inHand > 0 || nextAt === null ? undefined : new Date(nextAt),
    changedAt: changedAt ?? new Date(0),
    platforms: (platforms ?? []).toSorted().map(parsePlatformName),
  };
}

function number(those: SQL | undefined): SQL<number> {
  return sql`count(*) filter (where ${those})`.mapWith(Number);
}
