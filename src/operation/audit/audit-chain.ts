/**
 * The record of who did what as a chain: each event's hash covers the one before it, so that none can be changed, taken
 * out, put in or moved without all that follow being made anew. One chain for each UTC day; its first event follows the
 * last one of the day before.
 */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { auditEvents } from "../../database/schema.ts";

/** What the very first event follows. */
export const BEGINNING = "0".repeat(64);

/** Where an event stands. */
export interface Place {
  /** "2026-11-30", in UTC. */
  readonly day: string;
  /** From 1. */
  readonly sequence: number;
}

/** An event's place and hash: whoever notes it down elsewhere holds all up to it. */
export interface Head extends Place {
  readonly hash: string;
}

/** What is known of an event before it has a place. */
export interface UnchainedEvent {
  readonly id: string;
  /** Microseconds since 1970, as the database has them. */
  readonly at: string;
  readonly userId: string | null;
  readonly action: string;
  readonly subject: string;
  readonly ipAddress: string | null;
}

/** The columns of an unchained event. The time is whole: a Date would cut it off at the millisecond. */
export const unchainedColumns = {
  id: auditEvents.id,
  at: sql<string>`(extract(epoch from ${auditEvents.createdAt}) * 1000000)::bigint::text`,
  userId: auditEvents.userId,
  action: auditEvents.action,
  subject: auditEvents.subject,
  ipAddress: auditEvents.ipAddress,
} as const;

/** A salt that nobody can guess keeps the digest from telling what was erased. */
export function digestDetails(salt: string, event: Pick<UnchainedEvent, "subject" | "ipAddress">): string {
  return hash([salt, event.subject, event.ipAddress]);
}

export function hashEvent(
  before: string,
  { day, sequence }: Place,
  event: Pick<UnchainedEvent, "id" | "at" | "userId" | "action"> & { readonly digest: string },
): string {
  return hash([before, day, sequence, event.id, event.at, event.userId, event.action, event.digest]);
}

/** Everything has its quotes or none, so that no two lists read the same. */
function hash(parts: readonly (string | number | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** As it is noted down: "2026-11-30:42:9f86d0…". */
export function writeHead({ day, sequence, hash: end }: Head): string {
  return `${day}:${sequence}:${end}`;
}

const headShape = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^\d{4}-\d{2}-\d{2}:[1-9]\d{0,8}:[0-9a-f]{64}$/);

/** @returns undefined for what is no head */
export function readHead(text: string): Head | undefined {
  const read = headShape.safeParse(text);
  if (!read.success) return undefined;
  const [day = "", sequence = "", end = ""] = read.data.split(":");
  return { day, sequence: Number(sequence), hash: end };
}
