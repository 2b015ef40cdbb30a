/** Counts what needs a person's attention: shares that failed since they last looked, and accounts to reconnect. */
import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareDeletions, socialConnections, socialShares, users } from "../../database/schema.ts";

export interface Attention {
  readonly shares: number;
  readonly connections: number;
}

/** The highest count that is told. */
const MOST = 100;

/** One value to compare with, and the newest rows first, so that an index skips the thousands that were seen long ago. */
const lastLook = sql`coalesce(${users.outcomesSeenAt}, '-infinity')`;

const mine = sql.placeholder("person");

const statements = preparedOnce((database) => {
  const troubled = database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(
      and(
        eq(socialShares.userId, mine),
        sql`${socialShares.status} in ('rejected', 'reconnect', 'failed', 'unconfirmed')`,
        gt(socialShares.updatedAt, lastLook),
      ),
    )
    .orderBy(desc(socialShares.updatedAt))
    .limit(MOST);
  const kept = database
    .select({ id: shareDeletions.shareId })
    .from(shareDeletions)
    .where(
      and(
        eq(shareDeletions.userId, mine),
        sql`${shareDeletions.state} in ('failed', 'unclear')`,
        gt(shareDeletions.updatedAt, lastLook),
      ),
    )
    .orderBy(desc(shareDeletions.updatedAt))
    .limit(MOST);
  const broken = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.userId, mine),
        eq(socialConnections.status, "reconnect"),
        isNull(socialConnections.revokedAt),
      ),
    )
    .limit(MOST);
  return {
    count: database
      .select({
        shares: sql<number>`(select count(*)::integer from (${troubled} union ${kept} limit ${MOST}) as troubled)`,
        connections: sql<number>`(select count(*)::integer from ${broken} as broken)`,
      })
      .from(users)
      .where(eq(users.id, mine))
      .prepare("count_attention"),
  };
});

/** Counts shares and accounts, up to a hundred of each, in one cheap query that every page runs. */
export async function countAttention(
  { database }: { readonly database: Database },
  person: { readonly id: string },
): Promise<Attention> {
  const [row] = await statements(database).count.execute({ person: person.id });
  return row ?? { shares: 0, connections: 0 };
}

/** Records that the person looked at their history, so that what it shows needs no attention any more. */
export async function markSeen(
  runtime: { readonly database: Database; now(): Date },
  person: { readonly id: string },
): Promise<void> {
  await runtime.database.update(users).set({ outcomesSeenAt: runtime.now() }).where(eq(users.id, person.id));
}
