/** Deletes drafts: when their person says so, when they are shared, and when they are old. */
import { and, eq, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { daysBefore, removeGently } from "../../database/removal.ts";
import { socialDrafts } from "../../database/schema.ts";
import type { PageLink } from "../../pages/page.ts";
import { actAs } from "../../people/acting.ts";
import { DRAFT_DAYS } from "./draft.ts";
import { toDraft } from "./find-drafts.ts";

/** How long a draft that was deleted by mistake can be had back, in days. */
const UNDO_DAYS = 1;
/** Rows removed in one statement. */
const AT_ONCE = 500;

interface DraftsRuntime {
  readonly database: Database;
  now(): Date;
}

/** Deletes a draft, so that it can be had back for a day. @returns its page; undefined if there was none @throws {Barred} */
export async function discardDraft(
  { database, now }: DraftsRuntime,
  person: { readonly id: string },
  id: string,
): Promise<PageLink | undefined> {
  return await actAs({ database }, person, async (transaction) => {
    const [row] = await transaction
      .update(socialDrafts)
      .set({ discardedAt: now() })
      .where(
        and(eq(socialDrafts.userId, person.id), eq(socialDrafts.id, id), isNull(socialDrafts.discardedAt)),
      )
      .returning();
    return row && toDraft(row).link;
  });
}

/** Brings a deleted draft back. @returns its page; undefined if it is gone for good @throws {Barred} */
export async function restoreDraft(
  { database }: DraftsRuntime,
  person: { readonly id: string },
  id: string,
): Promise<PageLink | undefined> {
  return await actAs({ database }, person, async (transaction) => {
    const [row] = await transaction
      .update(socialDrafts)
      .set({ discardedAt: null })
      .where(
        and(eq(socialDrafts.userId, person.id), eq(socialDrafts.id, id), isNotNull(socialDrafts.discardedAt)),
      )
      .returning();
    return row && toDraft(row).link;
  });
}

/** Removes drafts that were shared, in the transaction that shares them. @param ids of drafts, or texts that may be one */
export async function endDrafts(
  transaction: Queryable,
  person: { readonly id: string },
  ids: readonly string[],
): Promise<void> {
  await transaction
    .delete(socialDrafts)
    .where(and(eq(socialDrafts.userId, person.id), inArray(sql`${socialDrafts.id}::text`, [...ids])));
}

interface RemovalRuntime extends DraftsRuntime {
  /** The most milliseconds by which our clock may be ahead: a removal is final. */
  mayBeAheadMs(): number;
}

/** Removes drafts that nobody has changed for long, and those that were deleted a day ago. @returns how many */
export async function removeOldDrafts({ database, now, mayBeAheadMs }: RemovalRuntime): Promise<number> {
  const at = new Date(now().getTime() - mayBeAheadMs());
  const { userId, id, updatedAt, discardedAt } = socialDrafts;
  const isOver = or(lt(updatedAt, daysBefore(at, DRAFT_DAYS)), lt(discardedAt, daysBefore(at, UNDO_DAYS)));
  return await removeGently(async () => {
    const old = await database.select({ userId, id }).from(socialDrafts).where(isOver).limit(AT_ONCE);
    for (const row of old)
      await database.delete(socialDrafts).where(and(eq(userId, row.userId), eq(id, row.id), isOver));
    return { removed: old.length, more: old.length === AT_ONCE };
  });
}
