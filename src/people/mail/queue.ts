/** The letters that are due: claiming, ending and postponing them. */
import { and, asc, eq, isNotNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { letters } from "../../database/schema.ts";
import { SEND_WITHIN_MS } from "./mail.ts";
import { ending, type OutboxRuntime } from "./outbox.ts";

/** A letter that only this process may send until `dueAt`; then others may. */
export type ClaimedLetter = typeof letters.$inferSelect;

/** Longer than one try takes, in milliseconds. */
const CLAIM_MS = 2 * SEND_WITHIN_MS;

/** @returns the most urgent letter that is due, for this process alone; undefined if none is due */
export async function claimLetter({ database, now }: OutboxRuntime): Promise<ClaimedLetter | undefined> {
  const first = database
    .select({ id: letters.id })
    .from(letters)
    .where(lte(letters.dueAt, now()))
    .orderBy(asc(letters.priority), asc(letters.dueAt))
    .limit(1)
    .for("update", { skipLocked: true });
  const [claimed] = await database
    .update(letters)
    .set({ dueAt: new Date(now().getTime() + CLAIM_MS), tries: sql`${letters.tries} + 1` })
    .where(eq(letters.id, first))
    .returning();
  return claimed;
}

export async function hasDue({ database, now }: OutboxRuntime): Promise<boolean> {
  const due = lte(letters.dueAt, now());
  return (await database.select({ id: letters.id }).from(letters).where(due).limit(1)).length > 0;
}

/** @param code what a last try met, if any */
export async function endLetter(
  { database, now }: OutboxRuntime,
  letter: ClaimedLetter,
  state: "sent" | "refused" | "expired" | "dropped",
  code?: string,
): Promise<void> {
  const failure = code === undefined ? {} : { errorCode: code, failedAt: now() };
  await database
    .update(letters)
    .set({ ...ending(state, now()), ...failure })
    .where(isStillMine(letter));
}

/** @param waitMs until it is tried again */
export async function postponeLetter(
  { database, now }: OutboxRuntime,
  letter: ClaimedLetter,
  { code, waitMs }: { readonly code: string; readonly waitMs: number },
): Promise<void> {
  await database
    .update(letters)
    .set({ dueAt: new Date(now().getTime() + waitMs), errorCode: code, failedAt: now() })
    .where(isStillMine(letter));
}

/** Nobody else claimed or ended it since. */
function isStillMine({ id, tries }: ClaimedLetter): SQL | undefined {
  return and(eq(letters.id, id), eq(letters.tries, tries), isNotNull(letters.dueAt));
}

/** Those that nobody needs any more, though none of them was tried lately. */
export async function expireLetters({ database, now }: OutboxRuntime): Promise<void> {
  await database
    .update(letters)
    .set(ending("expired", now()))
    .where(and(isNotNull(letters.dueAt), lt(letters.expiresAt, now())));
}
