/** Takes due letters from the outbox, and records how sending them went. */
import { and, asc, eq, isNotNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { letters } from "../../database/schema.ts";
import { SEND_WITHIN_MS } from "./mail.ts";
import { ending, type OutboxRuntime } from "./outbox.ts";

/** A letter that only this process may send until `dueAt`; then others may. */
export type ClaimedLetter = typeof letters.$inferSelect;

/** Longer than one attempt takes, in milliseconds. */
const CLAIM_MS = 2 * SEND_WITHIN_MS;

/** Claims the most urgent letter that is due for this process; undefined if none is. */
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

/** Whether any letter is due. */
export async function hasDue({ database, now }: OutboxRuntime): Promise<boolean> {
  const due = lte(letters.dueAt, now());
  return (await database.select({ id: letters.id }).from(letters).where(due).limit(1)).length > 0;
}

/** Ends a letter. @param code the failure of the last attempt, if any */
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

/** Schedules the next attempt of a letter. @param waitMs milliseconds until then */
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

/** The condition that no other process has claimed or ended the letter. */
function isStillMine({ id, tries }: ClaimedLetter): SQL | undefined {
  return and(eq(letters.id, id), eq(letters.tries, tries), isNotNull(letters.dueAt));
}

/** Ends letters that have expired. */
export async function expireLetters({ database, now }: OutboxRuntime): Promise<void> {
  await database
    .update(letters)
    .set(ending("expired", now()))
    .where(and(isNotNull(letters.dueAt), lt(letters.expiresAt, now())));
}
