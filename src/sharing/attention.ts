/** What waits for a person: shares that went wrong since they last looked, and accounts to be reconnected. */
import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { socialConnections, socialShares, users } from "../database/schema.ts";

export interface Attention {
  readonly shares: number;
  readonly connections: number;
}

/** Beyond that nobody counts. */
const MOST = 100;

/** At most a hundred of each: one cheap query for every page. */
export async function countAttention(
  { database }: { readonly database: Database },
  person: { readonly id: string },
): Promise<Attention> {
  const troubled = database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(
      and(
        eq(socialShares.userId, person.id),
        inArray(socialShares.status, ["rejected", "reconnect", "failed", "unconfirmed"]),
        or(isNull(users.outcomesSeenAt), gt(socialShares.updatedAt, users.outcomesSeenAt)),
      ),
    )
    .limit(MOST);
  const broken = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.userId, person.id),
        eq(socialConnections.status, "reconnect"),
        isNull(socialConnections.revokedAt),
      ),
    )
    .limit(MOST);
  const [row] = await database
    .select({
      shares: sql<number>`(select count(*)::integer from ${troubled} as troubled)`,
      connections: sql<number>`(select count(*)::integer from ${broken} as broken)`,
    })
    .from(users)
    .where(eq(users.id, person.id));
  return row ?? { shares: 0, connections: 0 };
}

/** They look at their history: what is told there is news no more. */
export async function markSeen(
  runtime: { readonly database: Database; now(): Date },
  person: { readonly id: string },
): Promise<void> {
  await runtime.database.update(users).set({ outcomesSeenAt: runtime.now() }).where(eq(users.id, person.id));
}
