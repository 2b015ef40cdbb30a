/** Finds where a person shared the last time, because most people share to the same accounts again. */
import { desc, eq, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareRequests, socialShares } from "../../database/schema.ts";

/** Returns the id of the person's latest share request; undefined if there is none yet. */
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

const statements = preparedOnce((database) => {
  const latest = database
    .select({ id: shareRequests.id })
    .from(shareRequests)
    .where(eq(shareRequests.userId, sql.placeholder("person")))
    .orderBy(desc(shareRequests.createdAt))
    .limit(1);
  return {
    lastChoice: database
      .selectDistinct({ id: socialShares.connectionId })
      .from(socialShares)
      .where(eq(socialShares.shareRequestId, latest))
      .prepare("find_last_choice"),
  };
});

/** Returns the connection ids of the person's latest share request. Some may be disconnected since. */
export async function findLastChoice(
  { database }: { readonly database: Database },
  person: { readonly id: string },
): Promise<string[]> {
  const rows = await statements(database).lastChoice.execute({ person: person.id });
  return rows.map(({ id }) => id);
}
