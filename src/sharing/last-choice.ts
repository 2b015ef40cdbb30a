/** Where a person shared the last time: most people share to the same accounts again. */
import { desc, eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { shareRequests, socialShares } from "../database/schema.ts";

/** Their latest share request; undefined: there is none yet. */
export async function findLastRequest(
  { database }: { readonly database: Database },
  person: { readonly id: string },
): Promise<string | undefined> {
  const [latest] = await database
    .select({ id: shareRequests.id })
    .from(shareRequests)
    .where(eq(shareRequests.userId, person.id))
    .orderBy(desc(shareRequests.createdAt))
    .limit(1);
  return latest?.id;
}

/** The ids of the connections of their latest share request; some may be gone since. */
export async function findLastChoice(
  { database }: { readonly database: Database },
  person: { readonly id: string },
): Promise<string[]> {
  const latest = database
    .select({ id: shareRequests.id })
    .from(shareRequests)
    .where(eq(shareRequests.userId, person.id))
    .orderBy(desc(shareRequests.createdAt))
    .limit(1);
  const rows = await database
    .selectDistinct({ id: socialShares.connectionId })
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, latest));
  return rows.map(({ id }) => id);
}
