/** Looks whether the record of who did what still holds together: each event, from the first to the last. */
import { and, asc, count, gte, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { auditEvents, auditHeads } from "../../database/schema.ts";
import { type Head, type Place, unchainedColumns } from "./audit-chain.ts";
import { findRemoved, isRemovalTold } from "./audit-removal.ts";
import { AuditWalk, type Finding, type SealedEvent } from "./audit-walk.ts";

export interface Verified {
  /** The first place that does not hold; undefined: all does. */
  readonly finding: Finding | undefined;
  /** Events that were looked at and hold. */
  readonly events: number;
  /** Of these, whose subject and address were erased once their person had left. */
  readonly erased: number;
  /** Recorded, and not chained yet. */
  readonly unsealed: number;
  /** The last event that holds; undefined: there is none. */
  readonly head: Head | undefined;
  /** Up to where events were removed for their age. */
  readonly removed: Head | undefined;
  /** The head that was noted is of those. */
  readonly isNotedGone: boolean;
}

export interface VerifyChoice {
  /** Noted down earlier: has to be in the chain still. */
  readonly noted?: Head | undefined;
  /** Noted down earlier: what is up to it is not looked at, and may be gone. */
  readonly from?: Head | undefined;
  /** Told after each batch how many events were looked at. */
  readonly onProgress?: (events: number) => void;
}

/** Events in memory at a time. */
const BATCH = 5_000;

/** Looks at the state of one moment, beside a service that goes on recording. Changes nothing. */
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

/** Rows that the walk does not meet, though they do not wait for a place: with half of one, or with another's. */
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
