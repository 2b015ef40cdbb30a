/** The statements of leases: claiming, renewing, remembering and passing the fence, for all deliveries of a process together. */
import { randomUUID } from "node:crypto";
import { and, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { batched } from "../../database/batched.ts";
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
import { toStorableJson } from "../../database/storable.ts";
import type { JsonObject } from "../../platforms/platform.ts";
import { budgetsOfConnection } from "../delivery/budgets.ts";
import { isMovable, moving, updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { Lease } from "./lease.ts";
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
  return sql`not exists (select from ${heartbeats}
    where beat < ${sql.placeholder("beat")}::bigint ${isPromoted})`;
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

interface Given {
  readonly id: string;
  readonly lease: string;
  readonly news: JsonObject;
  readonly again: boolean;
}

function namesOf(items: readonly Given[]) {
  return { given: toStorableJson(items), ids: items.map(({ id }) => id) };
}

const statements = preparedOnce((database) => {
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

type Claimed = Pick<Lease, "row" | "connection" | "request" | "isLimited" | "id">;

/** The statements of this process about its leases. Those of the same moment go to the database together. */
export interface Leases {
  claim(shareId: string): Promise<Claimed | "taken">;
  renew(given: Given): Promise<"kept" | "lost">;
  remember(given: Given): Promise<"kept" | "lost">;
  passFence(given: Given): Promise<"kept" | "lost">;
  /** The ids of the leases that it holds, by share. */
  readonly held: Map<string, string>;
}

const known = new WeakMap<SharingRuntime, Leases>();

/** Returns the leases of this process. */
export function leasesOf(runtime: SharingRuntime): Leases {
  const leases = known.get(runtime) ?? createLeases(runtime);
  known.set(runtime, leases);
  return leases;
}

function createLeases({ database, config, now }: SharingRuntime): Leases {
  const { leaseSeconds } = config;
  const prepared = statements(database);
  type Write = (values: Record<string, unknown>) => Promise<{ id: string }[]>;
  const write = (execute: Write) =>
    batched(async (items: readonly Given[]) => {
      const rows = await execute({ ...namesOf(items), leaseSeconds, now: now() });
      const kept = new Set(rows.map(({ id }) => id));
      return items.map(({ id }) => (kept.has(id) ? ("kept" as const) : ("lost" as const)));
    });
  return {
    held: new Map(),
    claim: batched(async (ids: readonly string[]) => {
      const id = randomUUID();
      const { beat = 0 } = knownBeat(database) ?? {};
      const rows = await prepared.claim.execute({
        ...{ ids, lease: id, leaseSeconds, beat },
        now: now(),
      });
      const free = new Map(rows.map((row) => [row.id, row]));
      return ids.map((shareId) => {
        const found = free.get(shareId);
        // Of two jobs for one share, only one gets it.
        if (found === undefined || !free.delete(shareId)) return "taken" as const;
        const { social_connections, share_requests, rate_budgets, named: _locked, ...row } = found;
        const isLimited = rate_budgets !== null;
        return { row, connection: social_connections, request: share_requests, isLimited, id };
      });
    }),
    renew: write((values) => prepared.renew.execute(values)),
    remember: write((values) => prepared.remember.execute(values)),
    passFence: write((values) => prepared.passFence.execute(values)),
  };
}
