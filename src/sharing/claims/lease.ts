/** A worker's claim on a share: one worker at a time, and none that lost its claim may still publish. */
import { randomUUID } from "node:crypto";
import { and, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { ConnectionRow } from "../../connections/connection.ts";
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
import { type JsonObject, PlatformError } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import { budgetsOfConnection } from "../delivery/budgets.ts";
import { startHold } from "../delivery/hold.ts";
import { isMovable, moving, updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { giveUp } from "./give-up.ts";
import { foundStatus, isNamed, lockNamed } from "./named.ts";

export type ShareRow = typeof socialShares.$inferSelect;

/** Another worker took the share over, or somebody ended it: stop, and leave the row as it is. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

export interface Lease {
  /** The share, its account and what its request adds, as they were when it was claimed. */
  readonly row: ShareRow;
  readonly connection: ConnectionRow;
  readonly request: typeof shareRequests.$inferSelect;
  /** Its network has said that it takes few more posts, or none. */
  readonly isLimited: boolean;
  readonly id: string;
  /**
   * Keeps values for the next try. Behind the fence nothing is kept where the share is ours no more, and what the network
   * answers is still to be told.
   * @throws {LeaseLost} before the fence
   */
  remember(values: JsonObject): Promise<void>;
  /**
   * The fence: records that the post may be out from now on. Passed once more in the same try, which follows a sure
   * refusal, it is still the one send.
   * @throws {LeaseLost} @throws {PlatformError} transient, where it took too long to return
   */
  passFence(remember?: JsonObject): Promise<() => void>;
  /** What is still ours of the row goes to whoever comes next, at once. */
  giveUp(): Promise<void>;
  /** Stops renewing; the row itself is released by what is written at the end. */
  end(): void;
}

/** Leases are timed by the database's clock, the only one that all workers share. */
const leaseUntil = sql`now() + ${sql.placeholder("leaseSeconds")} * interval '1 second'`;
const now = sql`${sql.placeholder("now")}::timestamptz`;
/**
 * In a database that went back to an earlier moment nothing is begun before somebody has noticed that. A standby that
 * lagged and was promoted may not even lack a heartbeat.
 */
function isAsKnown(database: Queryable): SQL {
  const isPromoted = knownBeat(database)?.tellsTimeline ? sql`or timeline <> ${timelineNow}` : sql``;
  return sql`not exists (select from ${heartbeats}
    where beat < ${sql.placeholder("beat")}::bigint ${isPromoted})`;
}
const isFoundOpen = isMovable("settle", foundStatus);

/** Some leases, each with what is to be remembered of its share, and whether this try has passed the fence before. */
const given = sql`jsonb_to_recordset(${sql.placeholder("given")}::jsonb) as given(
  id uuid, lease uuid, news jsonb, again boolean)`;
const isGiven = and(isNamed, eq(socialShares.id, sql`given.id`), eq(socialShares.leaseId, sql`given.lease`));
const isHeld = and(isGiven, gt(socialShares.leaseUntil, sql`now()`));
const remembered = sql`${socialShares.remembered} || given.news`;
/** What is disconnected, or ended there, takes nothing more. */
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
      // Of several any one: that there are some is all that is asked here.
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

/** What this process does with its leases: what happens at the same time goes to the database together. */
interface Leases {
  claim(shareId: string): Promise<Claimed | "taken">;
  renew(given: Given): Promise<"kept" | "lost">;
  remember(given: Given): Promise<"kept" | "lost">;
  passFence(given: Given): Promise<"kept" | "lost">;
  /** By their shares. */
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
        // Of two jobs for one share only one has it.
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

/** The share, if it is due, unsettled and nobody works on it. */
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

/** What the network did not take is certain, even where it may not be sent once more. */
function refusedBefore(): PlatformError {
  const message = say("The network did not take it, and it was ended before it was sent once more.");
  return new PlatformError("transient", { code: "ended-meanwhile", message });
}

/**
 * Gives up what this process still has in hand, so that others take it over at once rather than when the leases end:
 * a worker that stops has no more time for it. Returns how many shares.
 */
export async function handBack(runtime: SharingRuntime): Promise<number> {
  const { held } = leasesOf(runtime);
  if (held.size === 0) return 0;
  const handed = await giveUp(runtime, [...held.entries()]);
  runtime.log.info({ shares: handed }, "handed shares back for other workers");
  return handed;
}
