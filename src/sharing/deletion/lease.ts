/** A worker's lease on a deletion, and which deletions may go on. */
import { randomUUID } from "node:crypto";
import { and, eq, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { ConnectionRow } from "../../connections/connection.ts";
import { shareDeletions, socialConnections, socialShares } from "../../database/schema.ts";
import type { SharingRuntime } from "../runtime.ts";

/** After this time, a post that could not be deleted is reported as not deleted. */
export const PATIENCE_MS = 30 * 86_400_000;

/** The length of a deletion's lease, in leases of a share: longer than a call and a token renewal take. A slower one is done twice. */
const LEASES = 4;

type DeletionRow = typeof shareDeletions.$inferSelect;

export interface ClaimedDeletion {
  readonly leaseId: string;
  readonly share: typeof socialShares.$inferSelect;
  readonly connection: ConnectionRow;
  readonly deletion: typeof shareDeletions.$inferSelect;
}

export function isTooOld({ now }: SharingRuntime, { askedAt }: DeletionRow): boolean {
  return now().getTime() - askedAt.getTime() > PATIENCE_MS;
}

/**
 * Leaves deletions alone whose account must be reconnected first. If the account was disconnected for good, or the deletion is too old,
 * it is claimed to be ended.
 */
export function mayGoOn({ now }: SharingRuntime): SQL | undefined {
  const { status, revokedAt } = socialConnections;
  const isOld = lt(shareDeletions.askedAt, new Date(now().getTime() - PATIENCE_MS));
  return and(eq(shareDeletions.state, "deleting"), or(eq(status, "active"), isNotNull(revokedAt), isOld));
}

/** Claims the deletion if it is due, may go on, and nobody works on it. @returns undefined otherwise */
export async function claimDeletion(
  runtime: SharingRuntime,
  shareId: string,
): Promise<ClaimedDeletion | undefined> {
  const { leaseUntil, nextAttemptAt } = shareDeletions;
  const isFree = and(
    or(isNull(leaseUntil), lt(leaseUntil, sql`now()`)),
    or(isNull(nextAttemptAt), lte(nextAttemptAt, runtime.now())),
  );
  return await runtime.database.transaction(async (transaction) => {
    const [found] = await transaction
      .select({ deletion: shareDeletions, share: socialShares, connection: socialConnections })
      .from(shareDeletions)
      .innerJoin(socialShares, eq(socialShares.id, shareDeletions.shareId))
      .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
      .where(and(eq(shareDeletions.shareId, shareId), isFree, mayGoOn(runtime)))
      .for("no key update", { of: shareDeletions, skipLocked: true });
    if (found === undefined) return undefined;
    const leaseId = randomUUID();
    // The worker that held it before may have asked the network.
    const isDoubtful = found.deletion.isDoubtful || found.deletion.leaseId !== null;
    const seconds = runtime.config.leaseSeconds * LEASES;
    await transaction
      .update(shareDeletions)
      .set({ leaseId, leaseUntil: sql`now() + ${seconds} * interval '1 second'`, isDoubtful })
      .where(eq(shareDeletions.shareId, shareId));
    return { ...found, leaseId, deletion: { ...found.deletion, isDoubtful } };
  });
}
