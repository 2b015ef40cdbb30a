/** A worker's claim on a share: one worker at a time, and none that lost its claim may still publish. */
import { randomUUID } from "node:crypto";
import { and, eq, gt, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { ConnectionRow } from "../connections/connection.ts";
import type { Database } from "../database/open.ts";
import { preparedOnce } from "../database/prepared.ts";
import { rateBudgets, shareRequests, socialConnections, socialShares } from "../database/schema.ts";
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

const given = {
  shareId: sql.placeholder("shareId"),
  leaseId: sql.placeholder("leaseId"),
  leaseSeconds: sql.placeholder("leaseSeconds"),
  values: sql.placeholder("values"),
  now: sql.placeholder("now"),
};
const now = sql`${given.now}::timestamptz`;
/** Leases are timed by the database's clock, the only one that all workers share. */
const leaseUntil = sql`now() + ${given.leaseSeconds} * interval '1 second'`;
const remembered = sql`${socialShares.remembered} || ${given.values}::jsonb`;
const isOpen = inArray(socialShares.status, ["queued", "sending"]);
const isMine = and(eq(socialShares.id, given.shareId), eq(socialShares.leaseId, given.leaseId));
const isStillMine = and(isMine, isOpen, gt(socialShares.leaseUntil, sql`now()`));

const statements = preparedOnce((database) => ({
  claim: database
    .update(socialShares)
    .set({ leaseId: sql`${given.leaseId}`, leaseUntil })
    .from(socialConnections)
    .innerJoin(shareRequests, sql`true`)
    // Of several any one: that there are some is all that is asked here.
    .leftJoin(rateBudgets, budgetsOfConnection(now))
    .where(
      and(
        eq(socialShares.id, given.shareId),
        eq(socialConnections.id, socialShares.connectionId),
        eq(shareRequests.id, socialShares.shareRequestId),
        isOpen,
        or(isNull(socialShares.leaseUntil), lt(socialShares.leaseUntil, sql`now()`)),
        or(isNull(socialShares.nextAttemptAt), lte(socialShares.nextAttemptAt, now)),
      ),
    )
    .returning()
    .prepare("claim_share"),
  renew: database.update(socialShares).set({ leaseUntil }).where(isMine).prepare("renew_lease"),
  remember: database
    .update(socialShares)
    .set({ remembered, updatedAt: now })
    .where(isStillMine)
    .returning({ id: socialShares.id })
    .prepare("remember_for_share"),
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
    .where(isStillMine)
    .returning({ id: socialShares.id })
    .prepare("pass_fence"),
}));

/** The share, if it is due, unsettled and nobody works on it. */
export async function claim(runtime: SharingRuntime, shareId: string): Promise<Lease | undefined> {
  const { database, config } = runtime;
  const prepared = statements(database);
  const id = randomUUID();
  const lease = { shareId, leaseId: id, leaseSeconds: config.leaseSeconds };
  const [found] = await prepared.claim.execute({ ...lease, now: runtime.now() });
  if (found === undefined) return undefined;
  const { social_connections: connection, share_requests: request, rate_budgets: budget, ...row } = found;
  const isLimited = budget !== null;

  const renewal = setInterval(
    () => {
      prepared.renew
        .execute(lease)
        .catch((error: unknown) => runtime.log.warn({ err: error, shareId }, "a lease could not be renewed"));
    },
    (config.leaseSeconds * 1_000) / 3,
  );
  renewal.unref();
  const held = leasesOf(database);
  held.add(id);
  const expectKept = (kept: readonly unknown[]) => {
    if (kept.length === 0) throw new LeaseLost(`The share ${shareId} was taken over or cancelled.`);
  };

  return {
    ...{ row, connection, request, isLimited, id },
    async remember(values) {
      const now = runtime.now();
      expectKept(await prepared.remember.execute({ ...lease, now, values: JSON.stringify(values) }));
    },
    async passFence(values = {}) {
      const now = runtime.now();
      expectKept(await prepared.passFence.execute({ ...lease, now, values: JSON.stringify(values) }));
    },
    end: () => {
      clearInterval(renewal);
      held.delete(id);
    },
  };
}

/** The leases that this process holds. */
const leases = new WeakMap<Database, Set<string>>();

function leasesOf(database: Database): Set<string> {
  const held = leases.get(database) ?? new Set<string>();
  leases.set(database, held);
  return held;
}

/**
 * Gives up what this process still has in hand, so that others take it over at once rather than when the leases end:
 * a worker that stops has no more time for it. Returns how many shares.
 */
export async function handBack(runtime: SharingRuntime): Promise<number> {
  const held = [...leasesOf(runtime.database)];
  if (held.length === 0) return 0;
  const handed = await runtime.database
    .update(socialShares)
    .set({ leaseId: null, leaseUntil: null, nextAttemptAt: runtime.now() })
    .where(and(inArray(socialShares.leaseId, held), inArray(socialShares.status, ["queued", "sending"])))
    .returning({ id: socialShares.id });
  runtime.log.info({ shares: handed.length }, "handed shares back for other workers");
  return handed.length;
}
