/** Verifies the audit log, event by event from the first to the last. */
import { and, asc, count, gte, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { auditEvents, auditHeads } from "../../database/schema.ts";
import { type Head, type Place, unchainedColumns } from "./audit-chain.ts";
import { findRemoved, isRemovalTold } from "./audit-removal.ts";
import { AuditWalk, type Finding, type SealedEvent } from "./audit-walk.ts";

export interface Verified {
  /** The first position that fails; undefined if everything holds. */
  readonly finding: Finding | undefined;
  /** How many events were verified. */
  readonly events: number;
  /** How many of these had their subject and address erased after the person left. */
  readonly erased: number;
  /** Events that are recorded but not chained yet. */
  readonly unsealed: number;
  /** The last event that holds; undefined if there is none. */
  readonly head: Head | undefined;
  /** The head up to which events were removed by age. */
  readonly removed: Head | undefined;
  /** Whether the head that the operator kept belongs to a removed event. */
  readonly isNotedGone: boolean;
}

export interface VerifyChoice {
  /** A head that the operator kept, which must still be in the chain. */
  readonly noted?: Head | undefined;
  /** A head that the operator kept: verification starts after it, and earlier events may be gone. */
  readonly from?: Head | undefined;
  /** Called after each batch with the number of events verified so far. */
  readonly onProgress?: (events: number) => void;
}

/** Events held in memory at a time. */
const BATCH = 5_000;

/** Verifies a snapshot while the service keeps recording. Changes nothing. */
export async function verifyAudit(
  { database }: { readonly database: Database },
  { noted, from, onProgress }: VerifyChoice = {},
): Promise<Verified> {
  return await database.transaction(
    async (transaction) => {
      const removed = from === undefined ? await findRemoved(transaction) : undefined;
      const start = from ?? removed;
      const isGone = noted !== undefined && removed !== undefined && !isLater(noted, removed);
      const heads = await transaction
        .select()
        .from(auditHeads)
        .where(start && gte(auditHeads.day, start.day))
        .orderBy(asc(auditHeads.day));
      const walk = new AuditWalk({ heads, noted: isGone ? undefined : noted, from: start });
      let finding: Finding | undefined;
      for await (const events of readBatches(transaction, start)) {
        for (const event of events) {
          finding = walk.step(event);
          if (finding !== undefined) break;
        }
        if (finding !== undefined) break;
        onProgress?.(walk.events);
      }
      finding ??= walk.end() ?? (await findStray(transaction, start, walk));
      if (removed !== undefined && !(await isRemovalTold(transaction, removed)))
        finding ??= { problem: "taken-out", day: removed.day, sequence: removed.sequence };
      const { events, erased, last } = walk;
      const unsealed = await countUnsealed(transaction);
      return { finding, events, erased, unsealed, head: last, removed, isNotedGone: isGone };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

async function* readBatches(
  transaction: Queryable,
  from: Place | undefined,
): AsyncGenerator<readonly SealedEvent[]> {
  for (let after = from; ; ) {
    const rows = await transaction
      .select({
        ...unchainedColumns,
        day: sql<string>`${auditEvents.day}`,
        sequence: sql<number>`${auditEvents.sequence}`,
        salt: auditEvents.salt,
        digest: auditEvents.digest,
        hash: auditEvents.hash,
      })
      .from(auditEvents)
      .where(and(isNotNull(auditEvents.day), isNotNull(auditEvents.sequence), isAfter(after)))
      .orderBy(asc(auditEvents.day), asc(auditEvents.sequence))
      .limit(BATCH);
    yield rows;
    after = rows.at(-1);
    if (rows.length < BATCH) return;
  }
}

function isLater(one: Place, other: Place): boolean {
  return one.day === other.day ? one.sequence > other.sequence : one.day > other.day;
}

function isAfter(place: Place | undefined): SQL | undefined {
  return place && sql`(${auditEvents.day}, ${auditEvents.sequence}) > (${place.day}, ${place.sequence})`;
}

/** Finds rows that the walk skips although they are not waiting: rows with half a position or with another row's. */
async function findStray(
  transaction: Queryable,
  from: Place | undefined,
  { events, last }: AuditWalk,
): Promise<Finding | undefined> {
  const { day, sequence, unchainedSince } = auditEvents;
  const isPlaced = and(isNotNull(day), isNotNull(sequence), isAfter(from));
  const isLost = or(sql`(${day} is null) <> (${sequence} is null)`, and(isNull(day), isNull(unchainedSince)));
  const [placed] = await transaction
    .select({ number: count() })
    .from(auditEvents)
    .where(or(isPlaced, isLost));
  if (placed?.number === events) return undefined;
  return { problem: "stray", day: last?.day ?? "", sequence: last?.sequence ?? 0 };
}

async function countUnsealed(transaction: Queryable): Promise<number> {
  return await transaction.$count(auditEvents, isNotNull(auditEvents.unchainedSince));
}
