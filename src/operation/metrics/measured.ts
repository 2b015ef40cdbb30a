/**
 * Gauges that are measured on request: what waits, what is broken, how much room is left. A silent database blocks no
 * request.
 */
import { statfs } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../database/open.ts";
import type { Sample } from "../../net/meter.ts";
import type { gauges } from "./gauges.ts";

export interface MeasuredRuntime {
  readonly database: Database;
  /** This process's connection pool. */
  readonly pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number };
  readonly config: { readonly dataFolder: string };
  /** By how many milliseconds the database's clock is ahead of the networks'; undefined if unknown. */
  aheadMs(): number | undefined;
}

export type Measured = Partial<Record<keyof typeof gauges, readonly Sample[]>>;

/** How long the database may take to answer, and how long its answer stays valid, in milliseconds. */
const ANSWER_MS = 1_000;
const GOOD_MS = 10_000;

const one = (value: number): Sample[] => [{ labels: {}, value }];

/** Creates a function that measures everything and leaves out what cannot be measured now. */
export function createMeasuring(runtime: MeasuredRuntime): () => Promise<Measured> {
  let known: { readonly at: number; readonly measured: Measured } | undefined;
  let asking: Promise<Measured> | undefined;

  async function askDatabase(): Promise<Measured> {
    if (known !== undefined && performance.now() - known.at < GOOD_MS) return known.measured;
    // One query at a time, so that a silent database is not asked over and over.
    asking ??= measureDatabase(runtime)
      .then((measured) => {
        known = { at: performance.now(), measured };
        return measured;
      })
      .finally(() => {
        asking = undefined;
      });
    return await inTime(asking);
  }

  return async () => {
    const { totalCount, idleCount, waitingCount } = runtime.pool;
    const connections = { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    const [ofDatabase, ofDisk] = await Promise.all([
      askDatabase().catch(() => ({ database: one(0) })),
      measureDisk(runtime.config.dataFolder),
    ]);
    const aheadMs = runtime.aheadMs();
    return {
      ...ofDatabase,
      ...ofDisk,
      ...(aheadMs === undefined ? {} : { clock: one(aheadMs / 1_000) }),
      pool: Object.entries(connections).map(([state, value]) => ({ labels: { state }, value })),
    };
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The database did not answer in time.")), ANSWER_MS);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function measureDisk(folder: string): Promise<Measured> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return { disk: one(bavail * bsize) };
  } catch {
    // A process that uses a PostgreSQL server has no data folder.
    return {};
  }
}

const rowShape = z.object({
  what: z.enum(["shares", "oldest", "broken", "budgets"]),
  label: z.string(),
  value: z.coerce.number(),
});

/** One statement for everything; partial indexes cover all of it except the accounts. */
async function measureDatabase({ database }: MeasuredRuntime): Promise<Measured> {
  const { rows } = await database.execute(sql`
    select 'shares' as what, status as label, count(*) as value from social_shares
      where status in ('queued', 'sending') group by status
    union all select 'shares', 'scheduled', count(*) from social_shares where status = 'scheduled'
    union all select 'shares', 'unconfirmed', count(*) from (select 1 from social_shares
      where status in ('rejected', 'reconnect', 'failed', 'unconfirmed') and status = 'unconfirmed' limit 10000) as few
    union all select 'oldest', '', coalesce(extract(epoch from now() - least(
      (select min(next_attempt_at) from social_shares
        where status in ('scheduled', 'queued', 'sending') and next_attempt_at is not null and next_attempt_at <= now()),
      (select min(updated_at) from social_shares
        where status in ('queued', 'sending') and next_attempt_at is null and lease_until is null))), 0)
    union all select 'broken', platform, count(*) from social_connections
      where status = 'reconnect' and revoked_at is null group by platform
    union all (select 'budgets', scope, remaining from rate_budgets
      where scope like 'app %' and resets_at > now() order by scope limit 50)`);
  const measured = z.array(rowShape).parse(rows);
  const pick = (what: z.infer<typeof rowShape>["what"]) => measured.filter((row) => row.what === what);
  const counts = new Map(pick("shares").map(({ label, value }) => [label, value]));
  return {
    database: one(1),
    shares: ["scheduled", "queued", "sending", "unconfirmed"].map((status) => ({
      labels: { status },
      value: counts.get(status) ?? 0,
    })),
    oldest: pick("oldest").map(({ value }) => ({ labels: {}, value: Math.max(0, value) })),
    broken: pick("broken").map(({ label: network, value }) => ({ labels: { network }, value })),
    budgets: pick("budgets").map(({ label, value }) => {
      const [, network = "", span = ""] = label.split(" ");
      return { labels: { network, span }, value };
    }),
  };
}
