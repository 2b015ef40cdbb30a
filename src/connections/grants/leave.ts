/** Releases the grants of a person who leaves, without their name, and tells how many of them are revoked. */
import { createHash, randomBytes } from "node:crypto";
import { and, asc, desc, eq, exists, isNull, lt, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { departures, looseGrants, socialConnections } from "../../database/schema.ts";
import { recordEvents } from "../../people/audit.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { parsePlatformName } from "../connection.ts";
import type { TokensRuntime } from "../tokens.ts";
import { dropHold, throwAway } from "./loose-grants.ts";

/** How long the page about a departure exists. */
const TOLD_FOR_MS = 8 * 86_400_000;

/**
 * Releases all grants of a person in the transaction that deletes them, including those of unfinished flows and
 * choices; workers revoke them. The connections stay locked until the transaction ends, so that no refresh
 * changes their tokens. Expects the person's row to be locked.
 * @returns the secret with which `findDeparture` reports the progress
 * @throws {Error} when the departure was not stored
 */
export async function handOverGrants(
  transaction: Queryable,
  runtime: Pick<TokensRuntime, "now">,
  person: { readonly id: string },
  ipAddress?: string,
): Promise<string> {
  const connections = await transaction
    .select()
    .from(socialConnections)
    .where(and(eq(socialConnections.userId, person.id), isNull(socialConnections.revokedAt)))
    .orderBy(asc(socialConnections.id))
    .for("update");
  await recordEvents(transaction, {
    ...{ userId: person.id, ipAddress },
    action: "connection.revoked",
    subjects: connections.map(({ id }) => id),
  });
  await dropHold(transaction, runtime, { userId: person.id });
  await throwAway(transaction, runtime, connections);
  const secret = randomBytes(32).toString("base64url");
  const [departure] = await transaction
    .insert(departures)
    .values({ tokenHash: hashSecret(secret) })
    .returning({ id: departures.id });
  if (departure === undefined) throw new Error("The departure was not kept.");
  const grants = await transaction
    .update(looseGrants)
    .set({ departureId: departure.id, dueAt: runtime.now(), tries: 0 })
    .where(and(eq(looseGrants.userId, person.id), isNull(looseGrants.departureId)))
    .returning({ id: looseGrants.id });
  await transaction.update(departures).set({ grants: grants.length }).where(eq(departures.id, departure.id));
  return secret;
}

/** Removes departures that are eight days old and have no grant left to revoke. */
export async function removeOldDepartures({
  database,
  now,
}: {
  readonly database: Database;
  now(): Date;
}): Promise<void> {
  const waiting = database
    .select({ id: looseGrants.id })
    .from(looseGrants)
    .where(eq(looseGrants.departureId, departures.id));
  await database
    .delete(departures)
    .where(and(lt(departures.createdAt, new Date(now().getTime() - TOLD_FOR_MS)), notExists(waiting)));
}

/** How many grants of a departed person are revoked. */
export interface Departure {
  readonly id: string;
  readonly since: Date;
  /** All grants, those that ended, and those that are still to be revoked. */
  readonly total: number;
  readonly ended: number;
  readonly waiting: number;
  /** Networks where some grants could not be revoked. */
  readonly left: readonly PlatformName[];
}

/** The departure with this secret; undefined if there is none or it was removed. */
export async function findDeparture(
  { database }: { readonly database: Database },
  secret: string,
): Promise<Departure | undefined> {
  const [found] = await select(database, eq(departures.tokenHash, hashSecret(secret)));
  return found;
}

/** More departures than are ever under way at once. */
const MOST_LISTED = 50;

/** Departures that still have grants to revoke, newest first. */
export async function listDepartures({ database }: { readonly database: Database }): Promise<Departure[]> {
  const waiting = database
    .select({ id: looseGrants.id })
    .from(looseGrants)
    .where(eq(looseGrants.departureId, departures.id));
  return await select(database, exists(waiting));
}

async function select(database: Database, which: SQL): Promise<Departure[]> {
  const rows = await database
    .select({
      id: departures.id,
      since: departures.createdAt,
      total: departures.grants,
      waiting: sql<number>`count(${looseGrants.id})::integer`,
      left: departures.left,
    })
    .from(departures)
    .leftJoin(looseGrants, eq(looseGrants.departureId, departures.id))
    .where(which)
    .groupBy(departures.id)
    .orderBy(desc(departures.createdAt))
    .limit(MOST_LISTED);
  return rows.map(({ left, ...row }) => ({
    ...row,
    ended: row.total - row.waiting - left.length,
    left: [...new Set(left)].sort().map(parsePlatformName),
  }));
}

function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
