/** Removes own pictures that no share uses. */
import { asc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { ownPictures, shareRequests, socialDrafts } from "../../database/schema.ts";
import type { PicturesRuntime } from "./own-pictures.ts";

/** As long as a form or a draft with the picture may lie around. */
const UNUSED_MS = 30 * 86_400_000;
const AT_ONCE = 100;

/**
 * Removes pictures that were last used a month ago and belong to no request and no draft, and those of people who left. Removes the bytes first
 * and then the row that points to them, so that no bytes are orphaned.
 * @throws {PictureStoreFailed}
 */
export async function removeUnusedPictures({ database, pictures, now }: PicturesRuntime): Promise<void> {
  const before = new Date(now().getTime() - UNUSED_MS);
  const { id, nameHash, userId, usedAt } = ownPictures;
  for (;;) {
    const rows = await database
      .select({ id, nameHash, isAttached: sql<boolean>`${isAttached()}` })
      .from(ownPictures)
      .where(or(isNull(userId), lt(usedAt, before)))
      .orderBy(asc(usedAt))
      .limit(AT_ONCE);
    if (rows.length === 0) return;
    const used = rows.filter((row) => row.isAttached).map((row) => row.id);
    const unused = rows.filter((row) => !row.isAttached);
    // Looked at again in a month.
    if (used.length > 0) await database.update(ownPictures).set({ usedAt: now() }).where(inArray(id, used));
    await pictures.remove(unused.map((row) => row.nameHash));
    for (const row of unused) await database.delete(ownPictures).where(eq(id, row.id));
  }
}

function isAttached() {
  const { id, userId } = ownPictures;
  return sql`exists (select 1 from ${shareRequests} where ${shareRequests.userId} = ${userId}
    and ${shareRequests.pictures} @> jsonb_build_array(jsonb_build_object('id', ${id}::text)))
    or exists (select 1 from ${socialDrafts} where ${socialDrafts.userId} = ${userId}
    and ${socialDrafts.fields} @> jsonb_build_array(jsonb_build_array('picture', ${id}::text)))`;
}
