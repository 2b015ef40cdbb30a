/** The statements of leases: claiming, renewing, remembering and passing the fence, for all deliveries of a process together. */
import { and, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { knownBeat } from "../../database/heartbeat/heartbeat.ts";
import { timelineNow } from "../../database/heartbeat/heartbeat-row.ts";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import {
  heartbeats,
  rateBudgets,
  shareRequests,
  socialConnections,
  socialShares,
} from "../../database/schema.ts";
import type { JsonObject } from "../../platforms/platform.ts";
import { budgetsOfConnection } from "../delivery/budgets.ts";
import { isMovable, moving, updateInPlace } from "../life/move.ts";
import { foundStatus, givenRows, isNamed, lockNamed } from "./named.ts";

/** Leases go by the database's clock, the only one that all workers share. */
const leaseUntil = sql`now() + ${sql.placeholder("leaseSeconds")} * interval '1 second'`;
const now = sql`${sql.placeholder("now")}::timestamptz`;
/**
 * Holds if the database is not older than this process knows. If it went back, nothing begins before somebody has noticed. A standby
 * that lagged and was promoted may still have every heartbeat, so its timeline is compared too.
 */
function isAsKnown(database: Queryable): SQL {
  const isPromoted = knownBeat(database)?.tellsTimeline ? sql`or timeline <> ${timelineNow}` : sql``;
  const beat = sql`${sql.placeholder("beat")}::bigint`;
  return sql`not exists (select from ${heartbeats} where beat < ${beat}
    or (life = ${sql.placeholder("life")}::uuid and trail <> '' and split_part(trail, ':', 1)::bigint <= ${beat}
      and strpos(trail, ${sql.placeholder("mark")}::text) = 0) ${isPromoted})`;
}
const isFoundOpen = isMovable("settle", foundStatus);

/** Leases, each with the values to remember and whether this try has passed the fence before. */
const given = givenRows<Given>({ id: "uuid", lease: "uuid", news: "jsonb", again: "boolean" });
const isGiven = and(isNamed, eq(socialShares.id, sql`given.id`), eq(socialShares.leaseId, sql`given.lease`));
const isHeld = and(isGiven, gt(socialShares.leaseUntil, sql`now()`));
const remembered = sql`${socialShares.remembered} || given.news`;
/** Nothing more is sent with a connection that has ended here or at the network. */
const isConnected = and(
  eq(socialConnections.id, socialShares.connectionId),
  isNull(socialConnections.revokedAt),
  isNotNull(socialConnections.accessTokenEnc),
);

/** A lease, with the values to remember for its share and whether this try has passed the fence before. */
export interface Given {
  readonly id: string;
  readonly lease: string;
  readonly news: JsonObject;
  readonly again: boolean;
}

/** The statements, prepared once for each database. */
export const leaseStatements = preparedOnce((database) => {
  const named = lockNamed(database);
  const isLocked = eq(named.id, socialShares.id);
  return {
    claim: updateInPlace(database.with(named), { leaseId: sql`${sql.placeholder("lease")}`, leaseUntil })
      .from(socialConnections)
      .innerJoin(shareRequests, sql`true`)
      .innerJoin(named, sql`true`)
      // Any one of several: all that matters is whether there are any.
      .leftJoin(rateBudgets, budgetsOfConnection(now))
      .where(
        and(
          isNamed,
          isLocked,
          eq(socialConnections.id, socialShares.connectionId),
          eq(shareRequests.id, socialShares.shareRequestId),
          isFoundOpen,
          isAsKnown(database),
          or(isNull(socialShares.leaseUntil), lt(socialShares.leaseUntil, sql`now()`)),
          or(isNull(socialShares.nextAttemptAt), lte(socialShares.nextAttemptAt, now)),
        ),
      )
      .returning()
      .prepare("claim_shares"),
    renew: updateInPlace(database.with(named), { leaseUntil })
      .from(named)
      .innerJoin(given, sql`true`)
      .where(and(isLocked, isGiven))
      .returning({ id: socialShares.id })
      .prepare("renew_leases"),
    remember: updateInPlace(database.with(named), { remembered, updatedAt: now })
      .from(named)
      .innerJoin(given, sql`true`)
      .where(and(isLocked, isHeld, isFoundOpen))
      .returning({ id: socialShares.id })
      .prepare("remember_for_shares"),
    passFence: moving(database.with(named), "fence", {
      sentAt: now,
      firstSentAt: sql`coalesce(${socialShares.firstSentAt}, ${now})`,
      sends: sql`${socialShares.sends} + case when given.again then 0 else 1 end`,
      remembered,
      leaseUntil,
      updatedAt: now,
    })
      .from(named)
      .innerJoin(given, sql`true`)
      .innerJoin(socialConnections, sql`true`)
      .where(and(isLocked, isHeld, isMovable("fence", foundStatus), isConnected))
      .returning({ id: socialShares.id })
      .prepare("pass_fences"),
  };
});
