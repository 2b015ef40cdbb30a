/** Makes sure that the service always has an operator. */
import { and, eq, isNull } from "drizzle-orm";
import { takeLock } from "../database/locks.ts";
import type { Database, Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import { users } from "../database/schema.ts";
import { say } from "../words/words.ts";
import type { Refusal } from "./people.ts";

class NobodyLeft extends Error {}

/**
 * Runs an act that may remove an operator: one at a time, and undone if it would leave people without one.
 * Every change of a role, block or deletion of a person goes through here and takes this lock before all
 * others.
 * @returns what `act` returned, or why it was undone
 * @throws {Error} what `act` throws
 */
export async function keepAnOperator<T>(
  database: Database,
  act: (transaction: Queryable) => Promise<T>,
): Promise<T | Refusal> {
  try {
    return await transactRepeatedly(database, async (transaction) => {
      await takeLock(transaction, "operators");
      const hadOne = await hasOperator(transaction);
      const done = await act(transaction);
      if (hadOne && !(await hasOperator(transaction)) && !(await isEmpty(transaction)))
        throw new NobodyLeft();
      return done;
    });
  } catch (error) {
    if (!(error instanceof NobodyLeft)) throw error;
    return { problem: say("The service needs an operator. First make another person operator.") };
  }
}

/**
 * As `keepAnOperator`, for an act of an operator.
 * @returns "not-found" when the actor has just been blocked or lost the role
 */
export async function actAsOperator<T>(
  database: Database,
  actor: { readonly id: string },
  act: (transaction: Queryable) => Promise<T>,
): Promise<T | "not-found" | Refusal> {
  return await keepAnOperator(database, async (transaction) =>
    (await hasOperator(transaction, actor.id)) ? await act(transaction) : "not-found",
  );
}

/**
 * Whether somebody is an operator and not blocked.
 * @param personId whether this person is; left out: whether anybody is
 */
async function hasOperator(transaction: Queryable, personId?: string): Promise<boolean> {
  const found = await transaction
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        eq(users.role, "operator"),
        isNull(users.blockedAt),
        personId === undefined ? undefined : eq(users.id, personId),
      ),
    )
    .limit(1);
  return found.length > 0;
}

/** Whether nobody has an account. */
export async function isEmpty(transaction: Queryable): Promise<boolean> {
  return (await transaction.select({ id: users.id }).from(users).limit(1)).length === 0;
}
