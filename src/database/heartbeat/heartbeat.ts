/**
 * Recognises a database that went back to an earlier state: a restored backup or snapshot, a promoted standby. Running
 * processes keep writing one row; if it is not as they left it, the database is another one.
 */
import { randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Backend } from "../backend.ts";
import { type MachineTime, thisMachine } from "../clock.ts";
import type { Database, Queryable } from "../open.ts";
import { heartbeats, processes } from "../schema.ts";
import type { HeartbeatFile } from "./heartbeat-file.ts";
import type { HeartbeatMemory } from "./heartbeat-memory.ts";

/**
 * How it was noticed. `copied`: the row, or the data folder, was not written by the service. `promoted`: the server is on another
 * timeline. `older`: a later beat is known. `silent`: no beat for minutes, and nobody knows whether a snapshot was
 * restored meanwhile. `slept`: this machine was suspended for minutes, likewise. `by-hand`: the operator said so.
 */
export type Sign = "copied" | "promoted" | "older" | "silent" | "slept" | "by-hand";

export interface Noticed {
  readonly sign: Sign;
  /** When the last beat in the database was written, by the service's clock; the database is no older. Undefined: there is none. */
  readonly since: Date | undefined;
}

/** Longer than any restart takes. */
const LONG_MS = 180_000;

/** By so much beats go ahead once that was noticed: further than any process that knows a later one and has not noticed yet. */
const LEAP = 1_000_000;

export interface Heart {
  readonly database: Database;
  readonly backend: Backend;
  /** Where a later beat may be known than in the database. */
  readonly file: HeartbeatFile | undefined;
  readonly memory: HeartbeatMemory | undefined;
  readonly machine: MachineTime;
  known: Known | undefined;
}

interface Known {
  readonly life: string;
  readonly beat: number;
  readonly count: number;
  readonly clock: number;
  /** Whether the server tells its timeline. */
  readonly tellsTimeline: boolean;
}

const hearts = new WeakMap<Queryable, Heart>();

/** One for each process. */
export function createHeart(
  parts: Pick<Heart, "database" | "backend" | "file"> & Partial<Pick<Heart, "machine" | "memory">>,
): Heart {
  const heart: Heart = { machine: thisMachine, memory: undefined, ...parts, known: undefined };
  hearts.set(parts.database, heart);
  return heart;
}

/** The newest beat that this process knows of; undefined where it writes none. */
export function knownBeat(
  database: Queryable,
): { readonly life: string; readonly beat: number; readonly tellsTimeline: boolean } | undefined {
  return hearts.get(database)?.known;
}

/** The server's timeline, which is another one after a standby was promoted. */
export const timelineNow = sql`substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)`;

const rowShape = z.object({
  life: z.string(),
  beat: z.coerce.number(),
  service_time: z.coerce.date(),
  silent_ms: z.coerce.number(),
  is_written_by_us: z.boolean(),
  timeline: z.string().nullable(),
});
type Row = z.infer<typeof rowShape>;

/**
 * Checks whether the database is as it was left, and writes the next beat.
 * @param onNoticed what to do if it is not; runs in the same transaction, before any other process goes on
 * @param says "by-hand": the operator says that it is not
 * @returns what was noticed; undefined if nothing was
 * @throws if the database is away
 */
export async function beat(
  heart: Heart,
  now: Date,
  onNoticed: (transaction: Queryable, noticed: Noticed) => Promise<void>,
  says?: "by-hand",
): Promise<Noticed | undefined> {
  const { machine, database } = heart;
  const at = { count: machine.count(), clock: machine.clock() };
  const timeline = await readTimeline(heart);
  const { noticed, next } = await database.transaction(async (transaction) => {
    const row = await lockRow(transaction, heart);
    const sign = says ?? judge(heart, row, { ...at, timeline });
    const since = row?.service_time ?? (await findLastProcess(transaction))?.at;
    const found = sign ?? (row === undefined && (await isLongSilent(transaction)) ? "silent" : undefined);
    if (found !== undefined) await onNoticed(transaction, { sign: found, since });
    const life = found === undefined && row !== undefined ? row.life : randomUUID();
    const last = Math.max(row?.beat ?? 0, heart.known?.beat ?? 0, keptBeat(heart.file) ?? 0);
    const written = { life, beat: last + (found === undefined ? 1 : LEAP) };
    await writeRow(transaction, heart, { ...written, timeline, serviceTime: now });
    return { noticed: found === undefined ? undefined : { sign: found, since }, next: written };
  });
  heart.known = { ...next, ...at, tellsTimeline: timeline !== undefined };
  heart.file?.write(next);
  heart.memory?.write(next);
  return noticed;
}

function keptBeat(file: HeartbeatFile | undefined): number | undefined {
  const kept = file?.read();
  return kept === "moved" ? undefined : kept?.beat;
}

/** The service stops right after the beat that it just wrote: however long that lasts, it hides nothing on this machine. */
export function tellOfStop({ known, memory }: Heart): void {
  if (known !== undefined) memory?.write({ life: known.life, beat: known.beat }, true);
}

/** Whether the server has PostgreSQL's own functions. */
function isPostgres({ backend }: Heart): boolean {
  return backend === "postgres" || backend === "citus";
}

/** Undefined where the server does not tell. */
async function readTimeline(heart: Heart): Promise<string | undefined> {
  if (!isPostgres(heart)) return undefined;
  const { rows } = await heart.database
    .execute(sql`select ${timelineNow} as timeline`)
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return { rows: [] };
    });
  return z.tuple([z.object({ timeline: z.string() })]).safeParse(rows).data?.[0].timeline;
}

/** The server refuses such a function, as some managed ones do. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  return ["42501", "55000", "0A000", "42883"].includes(code);
}

async function lockRow(transaction: Queryable, heart: Heart): Promise<Row | undefined> {
  const isWrittenByUs = isPostgres(heart)
    ? sql`writer is null or writer = ${writerOf(sql`xmin`)}`
    : sql`true`;
  const { rows } = await transaction.execute(sql`select life, beat, service_time, timeline,
    (${isWrittenByUs}) as is_written_by_us, extract(epoch from clock_timestamp() - beaten_at) * 1000 as silent_ms
    from ${heartbeats} where id = 1 for update`);
  return z.array(rowShape).parse(rows)[0];
}

/** A restore writes the row in another transaction; a copy of the database's files has another database. */
function writerOf(transaction: SQL): SQL {
  return sql`(${transaction}::text || '@' || (select oid::text from pg_database where datname = current_database()))`;
}

async function writeRow(
  transaction: Queryable,
  heart: Heart,
  {
    life,
    beat: number,
    timeline,
    serviceTime,
  }: { life: string; beat: number; timeline: string | undefined; serviceTime: Date },
): Promise<void> {
  const values = {
    ...{ life, beat: number, serviceTime, timeline: timeline ?? null, beatenAt: sql`clock_timestamp()` },
    writer: isPostgres(heart) ? writerOf(sql`pg_current_xact_id()::xid`) : null,
  };
  await transaction
    .insert(heartbeats)
    .values({ id: 1, ...values })
    .onConflictDoUpdate({ target: heartbeats.id, set: values });
}

interface Seen {
  readonly count: number;
  readonly clock: number;
  readonly timeline: string | undefined;
}

/** Undefined: as it was left, or as another process found it and saw to it. */
function judge({ known, file, memory }: Heart, row: Row | undefined, seen: Seen): Sign | undefined {
  if (row === undefined) return known === undefined ? undefined : "older";
  if (!row.is_written_by_us) return "copied";
  if (row.timeline !== null && seen.timeline !== undefined && row.timeline !== seen.timeline)
    return "promoted";
  const isSilent = row.silent_ms > LONG_MS;
  if (known === undefined) {
    const kept = file?.read();
    if (kept === "moved") return "copied";
    if (kept !== undefined && kept.beat > row.beat) return "older";
    const remembered = memory?.compare(row);
    if (remembered === "later") return "older";
    return isSilent && remembered !== "left" ? "silent" : undefined;
  }
  if (row.beat < known.beat) return "older";
  // While only the database was away, the machine's count and its clock went on together.
  const stoodStillMs = seen.clock - known.clock - (seen.count - known.count);
  return isSilent && stoodStillMs > LONG_MS ? "slept" : undefined;
}

/** Before there were beats, processes told that they run. */
async function findLastProcess(transaction: Queryable) {
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

async function isLongSilent(transaction: Queryable): Promise<boolean> {
  return ((await findLastProcess(transaction))?.silentMs ?? 0) > LONG_MS;
}
