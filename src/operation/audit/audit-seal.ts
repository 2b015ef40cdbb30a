/** Chains events a moment after they are recorded, so that recording one takes no lock and waits for nothing. */
import { randomUUID } from "node:crypto";
import { asc, desc, eq, isNotNull, sql } from "drizzle-orm";
import { takeLock } from "../../database/locks.ts";
import type { Database, Queryable } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { auditEvents, auditHeads } from "../../database/schema.ts";
import {
  BEGINNING,
  digestDetails,
  type Head,
  hashEvent,
  type UnchainedEvent,
  unchainedColumns,
  writeHead,
} from "./audit-chain.ts";

interface SealRuntime {
  readonly database: Database;
  readonly log: { info(details: object, message: string): void };
}

/** Events chained per transaction. */
const MOST = 1_000;

/** When the oldest unchained event was recorded. */
export const whenUnsealed = sql`select min(${auditEvents.unchainedSince}) from ${auditEvents}
  where ${auditEvents.unchainedSince} is not null`;

/** Chains all unchained events. If several processes call it, one works at a time. */
export async function sealEvents(runtime: SealRuntime): Promise<void> {
  for (;;) {
    if (!(await isUnsealed(runtime.database))) return;
    const ended = await transactRepeatedly(runtime.database, sealSome);
    if (ended !== undefined)
      runtime.log.info(
        { head: writeHead(ended) },
        "a day of the audit log is over: note its head down elsewhere",
      );
  }
}

async function isUnsealed(database: Database): Promise<boolean> {
  return (await readUnsealed(database, 1)).length > 0;
}

async function readUnsealed(database: Queryable, most: number): Promise<UnchainedEvent[]> {
  const { unchainedSince, createdAt, id } = auditEvents;
  return await database
    .select(unchainedColumns)
    .from(auditEvents)
    .where(isNotNull(unchainedSince))
    .orderBy(asc(unchainedSince), asc(createdAt), asc(id))
    .limit(most);
}

/** Chains one batch. @returns the last head of the previous day if the batch begins a new one */
async function sealSome(transaction: Queryable): Promise<Head | undefined> {
  await takeLock(transaction, "audit-chain");
  const events = await readUnsealed(transaction, MOST);
  if (events.length === 0) return undefined;
  const last = await findHead(transaction);
  const day = await findDay(transaction, last);
  let { sequence, hash } = { sequence: last?.day === day ? last.sequence : 0, hash: last?.hash ?? BEGINNING };
  const sealed = events.map((event) => {
    const salt = randomUUID();
    const digest = digestDetails(salt, event);
    sequence += 1;
    hash = hashEvent(hash, { day, sequence }, { ...event, digest });
    return { id: event.id, sequence, salt, digest, hash };
  });
  await transaction
    .update(auditEvents)
    .set({
      unchainedSince: null,
      day,
      sequence: sql`given.sequence`,
      salt: sql`given.salt`,
      digest: sql`given.digest`,
      hash: sql`given.hash`,
    })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(sealed)}::jsonb) as given(id uuid, sequence integer, salt uuid, digest text, hash text)`,
    )
    .where(eq(auditEvents.id, sql`given.id`));
  await transaction
    .insert(auditHeads)
    .values({ day, sequence, hash })
    .onConflictDoUpdate({ target: auditHeads.day, set: { sequence, hash } });
  return last === undefined || last.day === day ? undefined : last;
}

/** The current head of the chain; undefined while nothing is chained. */
export async function findHead(database: Queryable): Promise<Head | undefined> {
  const { day, sequence, hash } = auditHeads;
  const [head] = await database.select({ day, sequence, hash }).from(auditHeads).orderBy(desc(day)).limit(1);
  return head;
}

/** Today by the database's clock, but never before the last day of the chain. */
async function findDay(transaction: Queryable, last: Head | undefined): Promise<string> {
  const { rows } = await transaction.execute<{ today: string }>(
    sql`select (now() at time zone 'UTC')::date::text as today`,
  );
  const today = rows[0]?.today ?? "";
  return last !== undefined && last.day > today ? last.day : today;
}
