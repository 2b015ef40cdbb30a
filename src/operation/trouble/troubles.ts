/**
 * The troubles that the service's processes see, shown to the operator and named by /readyz. They are kept in the
 * database, so that a web process also shows what a worker noticed.
 */
import { and, eq, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../database/open.ts";
import { troubles } from "../../database/schema.ts";
import { platformNames } from "../../platforms/platform.ts";

const troubleShape = z.discriminatedUnion("name", [
  /** The database's clock is off by more than a minute; negative if behind. */
  z.object({
    name: z.literal("clock"),
    details: z.object({ aheadSeconds: z.number(), hosts: z.number() }),
  }),
  /** Little or no room is left. Without bytes if the database runs on a server. */
  z.object({
    name: z.literal("disk"),
    details: z.object({
      level: z.enum(["low", "full", "read-only"]),
      freeBytes: z.number().optional(),
    }),
  }),
  /** All recent calls to these networks failed. */
  z.object({
    name: z.literal("networks"),
    details: z.object({ platforms: z.array(z.enum(platformNames)) }),
  }),
  /** The event loop of a process was blocked for this long. */
  z.object({ name: z.literal("event-loop"), details: z.object({ seconds: z.number() }) }),
  /** Tokens that none of the keys opens. */
  z.object({ name: z.literal("keys"), details: z.object({ tried: z.number(), unreadable: z.number() }) }),
]);

export type Trouble = z.infer<typeof troubleShape>;
export type TroubleName = Trouble["name"];
export type SeenTrouble = Trouble & { readonly since: Date };

/** By the database's clock. Each process repeats every minute what it sees. */
const isSeen = sql`${troubles.seenAt} > now() - interval '3 minutes'`;

/** Lists each trouble once, oldest first. Skips what this version does not understand. */
export async function listTroubles({ database }: { readonly database: Database }): Promise<SeenTrouble[]> {
  const rows = await database.select().from(troubles).where(isSeen).orderBy(troubles.since);
  const first = rows.filter((row, index) => rows.findIndex(({ name }) => name === row.name) === index);
  return first.flatMap(({ name, details, since }) => {
    const read = troubleShape.safeParse({ name, details });
    return read.success ? [{ ...read.data, since }] : [];
  });
}

/** Writes what a process sees, and removes what it no longer sees and what dead processes left. */
export async function writeTroubles(
  database: Database,
  processId: string,
  seen: readonly SeenTrouble[],
): Promise<void> {
  const isOver = and(
    eq(troubles.processId, processId),
    notInArray(
      troubles.name,
      seen.map(({ name }) => name),
    ),
  );
  await database.transaction(async (transaction) => {
    await transaction.delete(troubles).where(sql`${isOver} or not ${isSeen}`);
    for (const { name, details, since } of seen) {
      const set = { details: { ...details }, seenAt: sql`now()` };
      await transaction
        .insert(troubles)
        .values({ ...set, name, processId, since })
        .onConflictDoUpdate({ target: [troubles.name, troubles.processId], set });
    }
  });
}
