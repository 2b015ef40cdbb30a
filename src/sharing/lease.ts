/** A worker's claim on a share: one worker at a time, and none that lost its claim may still publish. */
import { randomUUID } from "node:crypto";
import { and, eq, gt, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { ConnectionRow } from "../connections/connection.ts";
import { batched } from "../database/batched.ts";
import { preparedOnce } from "../database/prepared.ts";
import { rateBudgets, shareRequests, socialConnections, socialShares } from "../database/schema.ts";
import { toStorableJson } from "../database/storable.ts";
import type { JsonObject } from "../platforms/platform.ts";
import { budgetsOfConnection } from "./budgets.ts";
import type { SharingRuntime } from "./runtime.ts";

export type ShareRow = typeof socialShares.$inferSelect;

/** Another worker took the share over: stop, and leave the row to it. */
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
  /** Keeps values for the next try. @throws {LeaseLost} */
  remember(values: JsonObject): Promise<void>;
  /** The fence: records that the post may be out from now on. @throws {LeaseLost} */
  passFence(remember?: JsonObject): Promise<void>;
  /** Stops renewing; the row itself is released by what is written at the end. */
  end(): void;
}

/** Leases are timed by the database's clock, the only one that all workers share. */
const leaseUntil = sql`now() + ${sql.placeholder("leaseSeconds")} * interval '1 second'`;
const now = sql`${sql.placeholder("now")}::timestamptz`;
const isOpen = inArray(socialShares.status, ["queued", "sending"]);
/** The same, told so that the planner takes the key: it may believe that next to nothing is open, and look at all that is. */
const isFoundOpen = sql`(${socialShares.status} || '') in ('queued', 'sending')`;

/** Some leases, each with what is to be remembered of its share. */
const given = sql`jsonb_to_recordset(${sql.placeholder("given")}::jsonb) as given(id uuid, lease uuid, news jsonb)`;
/**
 * Said again, since what JSON holds tells the planner nothing: with an array it uses the key. Behind a subquery it does
 * not know its length, finds no plan that is better for these alone, and stops planning anew each time.
 */
const isNamed = sql`${socialShares.id} = any((select ${sql.placeholder("ids")}::uuid[])::uuid[])`;
const isGiven = and(isNamed, eq(socialShares.id, sql`given.id`), eq(socialShares.leaseId, sql`given.lease`));
const isStillHeld = and(isGiven, isFoundOpen, gt(socialShares.leaseUntil, sql`now()`));
const remembered = sql`${socialShares.remembered} || given.news`;

interface Given {
  readonly id: string;
  readonly lease: string;
  readonly news: JsonObject;
}

function namesOf(items: readonly Given[]) {
  return { given: toStorableJson(items), ids: items.map(({ id }) => id) };
}

const statements = preparedOnce((database) => ({
  claim: database
    .update(socialShares)
    .set({ leaseId: sql`${sql.placeholder("lease")}`, leaseUntil })
    .from(socialConnections)
    .innerJoin(shareRequests, sql`true`)
    // Of several any one: that there are some is all that is asked here.
    .leftJoin(rateBudgets, budgetsOfConnection(now))
    .where(
      and(
        isNamed,
        eq(socialConnections.id, socialShares.connectionId),
        eq(shareRequests.id, socialShares.shareRequestId),
        isFoundOpen,
        or(isNull(socialShares.leaseUntil), lt(socialShares.leaseUntil, sql`now()`)),
        or(isNull(socialShares.nextAttemptAt), lte(socialShares.nextAttemptAt, now)),
      ),
    )
    .returning()
    .prepare("claim_shares"),
  renew: database.update(socialShares).set({ leaseUntil }).from(given).where(isGiven).prepare("renew_leases"),
  remember: database
    .update(socialShares)
    .set({ remembered, updatedAt: now })
    .from(given)
    .where(isStillHeld)
    .returning({ id: socialShares.id })
    .prepare("remember_for_shares"),
  passFence: database
    .update(socialShares)
    .set({
      status: "sending",
      sentAt: now,
      firstSentAt: sql`coalesce(${socialShares.firstSentAt}, ${now})`,
      sends: sql`${socialShares.sends} + 1`,
      remembered,
      leaseUntil,
      updatedAt: now,
    })
    .from(given)
    .where(isStillHeld)
    .returning({ id: socialShares.id })
    .prepare("pass_fences"),
}));

type Claimed = Pick<Lease, "row" | "connection" | "request" | "isLimited" | "id">;

/** What this process does with its leases: what happens at the same time goes to the database together. */
interface Leases {
  claim(shareId: string): Promise<Claimed | "taken">;
  renew(given: Given): Promise<"done">;
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
  const write = (statement: typeof prepared.remember | typeof prepared.passFence) =>
    batched(async (items: readonly Given[]) => {
      const rows = await statement.execute({ ...namesOf(items), leaseSeconds, now: now() });
      const kept = new Set(rows.map(({ id }) => id));
      return items.map(({ id }) => (kept.has(id) ? ("kept" as const) : ("lost" as const)));
    });
  return {
    held: new Map(),
    claim: batched(async (ids: readonly string[]) => {
      const id = randomUUID();
      const rows = await prepared.claim.execute({ ids, lease: id, leaseSeconds, now: now() });
      const free = new Map(rows.map((row) => [row.id, row]));
      return ids.map((shareId) => {
        const found = free.get(shareId);
        // Of two jobs for one share only one has it.
        if (found === undefined || !free.delete(shareId)) return "taken" as const;
        const { social_connections, share_requests, rate_budgets, ...row } = found;
        const isLimited = rate_budgets !== null;
        return { row, connection: social_connections, request: share_requests, isLimited, id };
      });
    }),
    renew: batched(async (items) => {
      await prepared.renew.execute({ ...namesOf(items), leaseSeconds });
      return items.map(() => "done" as const);
    }),
    remember: write(prepared.remember),
    passFence: write(prepared.passFence),
  };
}

/** The share, if it is due, unsettled and nobody works on it. */
export async function claim(runtime: SharingRuntime, shareId: string): Promise<Lease | undefined> {
  const leases = leasesOf(runtime);
  const claimed = await leases.claim(shareId);
  if (claimed === "taken") return undefined;
  const mine = { id: shareId, lease: claimed.id, news: {} };

  const renewal = setInterval(
    () => {
      leases
        .renew(mine)
        .catch((error: unknown) => runtime.log.warn({ err: error, shareId }, "a lease could not be renewed"));
    },
    (runtime.config.leaseSeconds * 1_000) / 3,
  );
  renewal.unref();
  leases.held.set(shareId, claimed.id);
  const expectKept = (kept: "kept" | "lost") => {
    if (kept === "lost") throw new LeaseLost(`The share ${shareId} was taken over or cancelled.`);
  };

  return {
    ...claimed,
    remember: async (news) => expectKept(await leases.remember({ ...mine, news })),
    passFence: async (news = {}) => expectKept(await leases.passFence({ ...mine, news })),
    end: () => {
      clearInterval(renewal);
      if (leases.held.get(shareId) === claimed.id) leases.held.delete(shareId);
    },
  };
}

/**
 * Gives up what this process still has in hand, so that others take it over at once rather than when the leases end:
 * a worker that stops has no more time for it. Returns how many shares.
 */
export async function handBack(runtime: SharingRuntime): Promise<number> {
  const { held } = leasesOf(runtime);
  if (held.size === 0) return 0;
  const isHeld = and(
    inArray(socialShares.id, [...held.keys()]),
    inArray(socialShares.leaseId, [...held.values()]),
  );
  const handed = await runtime.database
    .update(socialShares)
    .set({ leaseId: null, leaseUntil: null, nextAttemptAt: runtime.now() })
    .where(and(isHeld, isOpen))
    .returning({ id: socialShares.id });
  runtime.log.info({ shares: handed.length }, "handed shares back for other workers");
  return handed.length;
}
