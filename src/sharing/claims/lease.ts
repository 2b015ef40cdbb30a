/** A worker's lease on a share. One worker holds it at a time, and a worker that lost it can no longer publish. */
import { randomUUID } from "node:crypto";
import { and, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { ConnectionRow } from "../../connections/connection.ts";
import { batched } from "../../database/batched.ts";
import { knownBeat, timelineNow } from "../../database/heartbeat/heartbeat.ts";
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
import { type JsonObject, PlatformError } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import { budgetsOfConnection } from "../delivery/budgets.ts";
import { startHold } from "../delivery/hold.ts";
import { isMovable, moving, updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { giveUp } from "./give-up.ts";
import { foundStatus, givenRows, isNamed, lockNamed } from "./named.ts";

export type ShareRow = typeof socialShares.$inferSelect;

/** Another worker took the share over, or somebody ended it. The worker stops and leaves the row as it is. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

export interface Lease {
  /** The share, its connection and its request, as they were when the share was claimed. */
  readonly row: ShareRow;
  readonly connection: ConnectionRow;
  readonly request: typeof shareRequests.$inferSelect;
  /** The network has said that it accepts few more posts, or none. */
  readonly isLimited: boolean;
  readonly id: string;
  /**
   * Keeps values for the next try. Once the fence is passed, a lost lease is not an error: nothing is kept, and the worker still
   * records the network's answer.
   * @throws {LeaseLost} before the fence
   */
  remember(values: JsonObject): Promise<void>;
  /**
   * Passes the fence: records that the post may be out from now on. A second pass in the same try follows a certain refusal, so it
   * counts as the same send.
   * @returns a check to run as the request leaves
   * @throws {LeaseLost} @throws {PlatformError} transient, if the statement took too long
   */
  passFence(remember?: JsonObject): Promise<() => void>;
  /** Ends the lease if it is still ours, so that the next worker can start at once. */
  giveUp(): Promise<void>;
  /** Stops renewing the lease. The statement that records the outcome releases the row. */
  end(): void;
}

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
interface Leases {
  claim(shareId: string): Promise<Claimed | "taken">;
  renew(given: Given): Promise<"kept" | "lost">;
  remember(given: Given): Promise<"kept" | "lost">;
  passFence(given: Given): Promise<"kept" | "lost">;
  /** The ids of the leases that it holds, by share. */
  readonly held: Map<string, string>;
}

const known = new WeakMap<SharingRuntime, Leases>();

function leasesOf(runtime: SharingRuntime): Leases {
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

/** Claims the share if it is due and open and nobody works on it. @returns undefined otherwise */
export async function claim(runtime: SharingRuntime, shareId: string): Promise<Lease | undefined> {
  const leases = leasesOf(runtime);
  const hold = startHold(runtime);
  const claimed = await leases.claim(shareId);
  if (claimed === "taken") return undefined;
  const mine = { id: shareId, lease: claimed.id, news: {}, again: false };
  let isLost = false;
  const expectKept = (kept: "kept" | "lost" = "kept") => {
    isLost ||= kept === "lost";
    if (isLost) throw new LeaseLost(`The share ${shareId} was taken over or ended.`);
  };
  const permit = () => {
    expectKept();
    hold.expect();
  };

  const renewal = setInterval(
    () => {
      hold
        .confirm(async () => expectKept(await leases.renew(mine)))
        .catch((error: unknown) => runtime.log.warn({ err: error, shareId }, "a lease could not be renewed"));
    },
    (runtime.config.leaseSeconds * 1_000) / 3,
  );
  renewal.unref();
  leases.held.set(shareId, claimed.id);
  let again = false;

  return {
    ...claimed,
    remember: async (news) => {
      const kept = await leases.remember({ ...mine, news });
      if (!again) expectKept(kept);
    },
    passFence: async (news = {}) => {
      await hold
        .confirm(async () => expectKept(await leases.passFence({ ...mine, news, again })))
        .catch((error: unknown) => {
          throw again && error instanceof LeaseLost ? refusedBefore() : error;
        });
      again = true;
      permit();
      return permit;
    },
    giveUp: async () => void (await giveUp(runtime, [[shareId, claimed.id]])),
    end: () => {
      clearInterval(renewal);
      if (leases.held.get(shareId) === claimed.id) leases.held.delete(shareId);
    },
  };
}

/** The network certainly did not accept the request, although it may not be sent again. */
function refusedBefore(): PlatformError {
  const message = say("The network did not take it, and it was ended before it was sent once more.");
  return new PlatformError("transient", { code: "ended-meanwhile", message });
}

/**
 * Ends all leases of this process, because it stops: other workers go on at once rather than when the leases end.
 * @returns how many shares there were
 */
export async function handBack(runtime: SharingRuntime): Promise<number> {
  const { held } = leasesOf(runtime);
  if (held.size === 0) return 0;
  const handed = await giveUp(runtime, [...held.entries()]);
  runtime.log.info({ shares: handed }, "handed shares back for other workers");
  return handed;
}
