/**
 * Detects a database that was returned to an earlier state: a restored backup or snapshot, or a promoted standby. Running
 * processes keep writing one row. If it is not as they left it, the database is another one.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { Backend } from "../backend.ts";
import { type MachineTime, thisMachine } from "../clock.ts";
import type { Database, Queryable } from "../open.ts";
import type { HeartbeatFile } from "./heartbeat-file.ts";
import type { HeartbeatMemory } from "./heartbeat-memory.ts";
import {
  findLastProcess,
  isLongSilent,
  LONG_MS,
  lockRow,
  type Row,
  readTimeline,
  writeRow,
} from "./heartbeat-row.ts";

/**
 * How it was detected. `copied`: the row, or the data folder, was not written by the service. `promoted`: the server is on
 * another timeline. `older`: a later beat is known. `silent`: there was no beat for minutes, so a snapshot may have been restored
 * meanwhile. `slept`: this machine was suspended for minutes, with the same doubt. `by-hand`: the operator said so.
 */
export type Sign = "copied" | "promoted" | "older" | "silent" | "slept" | "by-hand";

export interface Noticed {
  readonly sign: Sign;
  /** When the last beat in the database was written, by the shared time. The database is no older. Undefined: there is none. */
  readonly since: Date | undefined;
}

/** How far the beat jumps once a restore is detected: beyond the beat of any process that has not detected it yet. */
const LEAP = 1_000_000;

/** How many marks the row keeps: at a beat in 20 seconds, those of ten processes for some minutes. */
const TRAIL = 128;

export interface Heart {
  readonly database: Database;
  readonly backend: Backend;
  /** The places that may know a later beat than the database. */
  readonly file: HeartbeatFile | undefined;
  readonly memory: HeartbeatMemory | undefined;
  readonly machine: MachineTime;
  known: Known | undefined;
}

interface Known {
  readonly life: string;
  readonly beat: number;
  /** Nobody else can have written it: beats that others write after a restore reach the same number with other marks. */
  readonly mark: string;
  readonly count: number;
  readonly clock: number;
  /** Whether the server reveals its timeline. */
  readonly tellsTimeline: boolean;
}

const hearts = new WeakMap<Queryable, Heart>();

/** Creates the heart of this process. */
export function createHeart(
  parts: Pick<Heart, "database" | "backend" | "file"> & Partial<Pick<Heart, "machine" | "memory">>,
): Heart {
  const heart: Heart = { machine: thisMachine, memory: undefined, ...parts, known: undefined };
  hearts.set(parts.database, heart);
  return heart;
}

/** @returns the newest beat that this process knows, or undefined if it writes none */
export function knownBeat(
  database: Queryable,
): Pick<Known, "life" | "beat" | "mark" | "tellsTimeline"> | undefined {
  return hearts.get(database)?.known;
}

/**
 * Checks whether the database is as it was left, and writes the next beat.
 * @param onNoticed called if it is not, in the same transaction, before any other process continues
 * @param says "by-hand" if the operator says that the database was restored
 * @returns what was detected, or undefined if the database is as it was left
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
  const { noticed, next, mark } = await database.transaction(async (transaction) => {
    const row = await lockRow(transaction, heart);
    const sign = says ?? judge(heart, row, { ...at, timeline });
    const since = row?.service_time ?? (await findLastProcess(transaction))?.at;
    const found = sign ?? (row === undefined && (await isLongSilent(transaction)) ? "silent" : undefined);
    if (found !== undefined) await onNoticed(transaction, { sign: found, since });
    const life = found === undefined && row !== undefined ? row.life : randomUUID();
    const last = Math.max(row?.beat ?? 0, heart.known?.beat ?? 0, keptBeat(heart.file) ?? 0);
    const written = { life, beat: last + (found === undefined ? 1 : LEAP) };
    const mark = `${written.beat}:${randomBytes(8).toString("base64url")}`;
    const trail = [...(row?.trail ?? []), mark].slice(-TRAIL);
    await writeRow(transaction, heart, { ...written, trail, timeline, serviceTime: now });
    return { noticed: found === undefined ? undefined : { sign: found, since }, next: written, mark };
  });
  heart.known = { ...next, mark, ...at, tellsTimeline: timeline !== undefined };
  heart.file?.write(next);
  heart.memory?.write(next);
  return noticed;
}

function keptBeat(file: HeartbeatFile | undefined): number | undefined {
  const kept = file?.read();
  return kept === "moved" ? undefined : kept?.beat;
}

/** Records that the service stops right after its last beat, so that a long stop on this machine raises no doubt. */
export function tellOfStop({ known, memory }: Heart): void {
  if (known !== undefined) memory?.write({ life: known.life, beat: known.beat }, true);
}

interface Seen {
  readonly count: number;
  readonly clock: number;
  readonly timeline: string | undefined;
}

/** @returns undefined if the row is as it was left, or if another process has already handled it */
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
  if (row.beat < known.beat || isForgotten(known, row)) return "older";
  // If only the database was away, the machine's count and clock advanced together.
  const stoodStillMs = seen.clock - known.clock - (seen.count - known.count);
  return isSilent && stoodStillMs > LONG_MS ? "slept" : undefined;
}

/** Whether the database lacks our last beat, although others that began since have gone on from before it. */
function isForgotten({ life, beat: last, mark }: Known, row: Row): boolean {
  const [oldest] = row.trail;
  if (row.life !== life || oldest === undefined) return false;
  return Number(oldest.split(":")[0]) <= last && !row.trail.includes(mark);
}
