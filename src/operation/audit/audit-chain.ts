/**
 * The audit log as a hash chain. Each event's hash covers the event before it, so changing, removing, inserting or
 * moving one means rebuilding all later events. Each UTC day has its own chain, whose first event follows the last one
 * of the day before.
 */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { auditEvents } from "../../database/schema.ts";

/** The hash that the very first event follows. */
export const BEGINNING = "0".repeat(64);

/** The position of an event in the chain. */
export interface Place {
  /** "2026-11-30", in UTC. */
  readonly day: string;
  /** Starts at 1. */
  readonly sequence: number;
}

/** An event's position and hash. A copy kept elsewhere proves every event up to it. */
export interface Head extends Place {
  readonly hash: string;
}

/** An event before it has a position. */
export interface UnchainedEvent {
  readonly id: string;
  /** Microseconds since 1970, the precision of the database. */
  readonly at: string;
  readonly userId: string | null;
  readonly action: string;
  readonly subject: string;
  readonly ipAddress: string | null;
}

/** The columns of an unchained event. The time keeps its microseconds, which a Date would cut off. */
export const unchainedColumns = {
  id: auditEvents.id,
  at: sql<string>`(extract(epoch from ${auditEvents.createdAt}) * 1000000)::bigint::text`,
  userId: auditEvents.userId,
  action: auditEvents.action,
  subject: auditEvents.subject,
  ipAddress: auditEvents.ipAddress,
} as const;

/** Hashes the details that can be erased. The random salt keeps the digest from revealing them after that. */
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

/** Quotes every text but no number or null, so that no two lists serialise alike. */
function hash(parts: readonly (string | number | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** A head in the form that operators keep: "2026-11-30:42:9f86d0…". */
export function writeHead({ day, sequence, hash: end }: Head): string {
  return `${day}:${sequence}:${end}`;
}

const headShape = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^\d{4}-\d{2}-\d{2}:[1-9]\d{0,8}:[0-9a-f]{64}$/);

/** Parses a head as `writeHead` writes it. @returns undefined if the text is not a head */
export function readHead(text: string): Head | undefined {
  const read = headShape.safeParse(text);
  if (!read.success) return undefined;
  const [day = "", sequence = "", end = ""] = read.data.split(":");
  return { day, sequence: Number(sequence), hash: end };
}
