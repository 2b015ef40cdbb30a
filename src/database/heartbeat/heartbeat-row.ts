/** Reads and writes the heartbeat's row, and finds out when a process last ran. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Backend } from "../backend.ts";
import type { Database, Queryable } from "../open.ts";
import { heartbeats, processes } from "../schema.ts";

/** A silence longer than any restart takes, in milliseconds. */
export const LONG_MS = 180_000;

interface Server {
  readonly database: Database;
  readonly backend: Backend;
}

/** An expression for the server's timeline, which changes when a standby is promoted. */
export const timelineNow = sql`substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)`;

const rowShape = z.object({
  life: z.string(),
  beat: z.coerce.number(),
  trail: z.string().transform((marks) => marks.split(" ").filter(Boolean)),
  service_time: z.coerce.date(),
  silent_ms: z.coerce.number(),
  is_written_by_us: z.boolean(),
  timeline: z.string().nullable(),
});
export type Row = z.infer<typeof rowShape>;

/** Whether the server has PostgreSQL's functions for its write-ahead log and transactions. */
function isPostgres({ backend }: Server): boolean {
  return backend === "postgres" || backend === "citus";
}

/** @returns the timeline, or undefined if the server does not reveal it @throws if the database is away */
export async function readTimeline(server: Server): Promise<string | undefined> {
  if (!isPostgres(server)) return undefined;
  const { rows } = await server.database
    .execute(sql`select ${timelineNow} as timeline`)
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return { rows: [] };
    });
  return z.tuple([z.object({ timeline: z.string() })]).safeParse(rows).data?.[0].timeline;
}

/** Whether the server rejects the function, as some managed servers do. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  return ["42501", "55000", "0A000", "42883"].includes(code);
}

/** @returns undefined if there is no row yet */
export async function lockRow(transaction: Queryable, server: Server): Promise<Row | undefined> {
  const isWrittenByUs = isPostgres(server)
    ? sql`writer is null or writer = ${writerOf(sql`xmin`)}`
    : sql`true`;
  const { rows } = await transaction.execute(sql`select life, beat, trail, service_time, timeline,
    (${isWrittenByUs}) as is_written_by_us, extract(epoch from clock_timestamp() - beaten_at) * 1000 as silent_ms
    from ${heartbeats} where id = 1 for update`);
  return z.array(rowShape).parse(rows)[0];
}

/** Identifies who wrote the row: a restore writes it in another transaction, and a copied database has another id. */
function writerOf(transaction: SQL): SQL {
  return sql`(${transaction}::text || '@' || (select oid::text from pg_database where datname = current_database()))`;
}

export async function writeRow(
  transaction: Queryable,
  server: Server,
  {
    life,
    beat: number,
    trail,
    timeline,
    serviceTime,
  }: {
    life: string;
    beat: number;
    trail: readonly string[];
    timeline: string | undefined;
    serviceTime: Date;
  },
): Promise<void> {
  const values = {
    ...{
      life,
      beat: number,
      trail: trail.join(" "),
      serviceTime,
      timeline: timeline ?? null,
      beatenAt: sql`clock_timestamp()`,
    },
    writer: isPostgres(server) ? writerOf(sql`pg_current_xact_id()::xid`) : null,
  };
  await transaction
    .insert(heartbeats)
    .values({ id: 1, ...values })
    .onConflictDoUpdate({ target: heartbeats.id, set: values });
}

/** When a process last reported that it is running. Older versions wrote no beats. */
export async function findLastProcess(transaction: Queryable) {
  const [row] = await transaction
    .select({
      at: sql`max(${processes.seenAt})`.mapWith(processes.seenAt),
      silentMs: sql<string | null>`extract(epoch from clock_timestamp() - max(${processes.seenAt})) * 1000`,
    })
    .from(processes)
    .where(sql`${processes.seenAt} < clock_timestamp() - interval '1 minute'`);
  return row === undefined || row.silentMs === null
    ? undefined
    : { at: row.at, silentMs: Number(row.silentMs) };
}

/** Whether the last process ran longer ago than any restart takes. */
export async function isLongSilent(transaction: Queryable): Promise<boolean> {
  return ((await findLastProcess(transaction))?.silentMs ?? 0) > LONG_MS;
}
