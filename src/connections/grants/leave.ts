/** What becomes of a leaving person's grants: thrown away without their name, and how far their networks have been told. */
import { createHash, randomBytes } from "node:crypto";
import { and, asc, desc, eq, exists, isNull, lt, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { departures, looseGrants, socialConnections } from "../../database/schema.ts";
import { recordEvents } from "../../people/audit.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { parsePlatformName } from "../connection.ts";
import type { TokensRuntime } from "../tokens.ts";
import { dropHold, throwAway } from "./loose-grants.ts";

/** So long the page tells what came of it. */
const TOLD_FOR_MS = 8 * 86_400_000;

/**
 * Throws the grants of a person away in the transaction that deletes them, what they have yet to choose from and what is
 * being connected too: workers have the networks end them. Their connections stay locked until the transaction ends, so
 * that no refresh changes the tokens meanwhile. The person's own row is locked.
 * @returns the secret by which `findDeparture` tells how far it is
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

/** Those whose networks have long been told, or could not be. */
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

/** How far the networks are told that somebody left. */
export interface Departure {
  readonly id: string;
  readonly since: Date;
  /** Grants in all, those that ended, and those that are still to end. */
  readonly total: number;
  readonly ended: number;
  readonly waiting: number;
  /** Networks that could not be made to end some of them. */
  readonly left: readonly PlatformName[];
}

/** Undefined: there is none with this secret, or it was long ago. */
export async function findDeparture(
  { database }: { readonly database: Database },
  secret: string,
): Promise<Departure | undefined> {
  const [found] = await select(database, eq(departures.tokenHash, hashSecret(secret)));
  return found;
}

/** More than ever leave at once. */
const MOST_LISTED = 50;

/** Those that are not over, the newest first. */
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
