/** A worker's claim on a share: one worker at a time, and none that lost its claim may still publish. */
import { randomUUID } from "node:crypto";
import { and, eq, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { socialShares } from "../database/schema.ts";
import type { JsonObject } from "../platforms/platform.ts";
import type { SharingRuntime } from "./runtime.ts";

export type ShareRow = typeof socialShares.$inferSelect;

/** Another worker took the share over: stop, and leave the row to it. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

export interface Lease {
  /** The share as it was claimed. */
  readonly row: ShareRow;
  readonly id: string;
  /** Keeps values for the next try. @throws {LeaseLost} */
  remember(values: JsonObject): Promise<void>;
  /** The fence: records that the post may be out from now on. @throws {LeaseLost} */
  passFence(remember?: JsonObject): Promise<void>;
  /** Stops renewing; the row itself is released by what is written at the end. */
  end(): void;
}

/** Leases are timed by the database's clock, the only one that all workers share. */
function leaseEnd(seconds: number) {
  return sql`now() + ${seconds} * interval '1 second'`;
}

function merged(values: JsonObject) {
  return sql`${socialShares.remembered} || ${JSON.stringify(values)}::jsonb`;
}

/** The share, if it is due, unsettled and nobody works on it. */
export async function claim(runtime: SharingRuntime, shareId: string): Promise<Lease | undefined> {
  const { database, config } = runtime;
  const id = randomUUID();
  const [row] = await database
    .update(socialShares)
    .set({ leaseId: id, leaseUntil: leaseEnd(config.leaseSeconds) })
    .where(
      and(
        eq(socialShares.id, shareId),
        inArray(socialShares.status, ["queued", "sending"]),
        or(isNull(socialShares.leaseUntil), lt(socialShares.leaseUntil, sql`now()`)),
        or(isNull(socialShares.nextAttemptAt), lte(socialShares.nextAttemptAt, runtime.now())),
      ),
    )
    .returning();
  if (row === undefined) return undefined;

  const mine = and(eq(socialShares.id, shareId), eq(socialShares.leaseId, id));
  const stillMine = and(
    mine,
    inArray(socialShares.status, ["queued", "sending"]),
    sql`${socialShares.leaseUntil} > now()`,
  );
  const renewal = setInterval(
    () => {
      database
        .update(socialShares)
        .set({ leaseUntil: leaseEnd(config.leaseSeconds) })
        .where(mine)
        .catch((error: unknown) => runtime.log.warn({ err: error, shareId }, "a lease could not be renewed"));
    },
    (config.leaseSeconds * 1_000) / 3,
  );
  renewal.unref();
  const held = leasesOf(database);
  held.add(id);

  return {
    row,
    id,
    async remember(values) {
      const kept = await database
        .update(socialShares)
        .set({ remembered: merged(values), updatedAt: runtime.now() })
        .where(stillMine)
        .returning({ id: socialShares.id });
      if (kept.length === 0) throw new LeaseLost(`The share ${shareId} was taken over or cancelled.`);
    },
    async passFence(remember = {}) {
      const passed = await database
        .update(socialShares)
        .set({
          status: "sending",
          sentAt: runtime.now(),
          firstSentAt: sql`coalesce(${socialShares.firstSentAt}, ${runtime.now().toISOString()}::timestamptz)`,
          sends: sql`${socialShares.sends} + 1`,
          remembered: merged(remember),
          leaseUntil: leaseEnd(config.leaseSeconds),
          updatedAt: runtime.now(),
        })
        .where(stillMine)
        .returning({ id: socialShares.id });
      if (passed.length === 0) throw new LeaseLost(`The share ${shareId} was taken over or cancelled.`);
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
