/** Who runs the service: there is always somebody, whatever happens at one moment. */
import { and, eq, isNull } from "drizzle-orm";
import { takeLock } from "../database/locks.ts";
import type { Database, Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import { users } from "../database/schema.ts";
import { say } from "../words/words.ts";
import type { Refusal } from "./people.ts";

class NobodyLeft extends Error {}

/**
 * Does what may take an operator away: one such act at a time, and none that leaves people without an operator.
 * Every change of a role, block and removal of a person passes here, and takes this lock before all others.
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
    return { problem: say("Somebody has to run this service: make another person operator first.") };
  }
}

/** As `keepAnOperator`, for an operator's own doing: who was blocked or lost the role a moment ago does nothing more. */
export async function actAsOperator<T>(
  database: Database,
  actor: { readonly id: string },
  act: (transaction: Queryable) => Promise<T>,
): Promise<T | "not-found" | Refusal> {
  return await keepAnOperator(database, async (transaction) =>
    (await hasOperator(transaction, actor.id)) ? await act(transaction) : "not-found",
  );
}

/** Somebody who is not blocked. @param personId whether they are one; else whether anybody is */
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

/** Nobody is here. */
export async function isEmpty(transaction: Queryable): Promise<boolean> {
  return (await transaction.select({ id: users.id }).from(users).limit(1)).length === 0;
}
