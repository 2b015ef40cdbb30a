/** Repeats work that the database aborted because of concurrent transactions. */
import { sqlStateOf } from "./connection/sql-state.ts";
import type { Database, Queryable } from "./open.ts";

/** SQLSTATEs deadlock_detected and serialization_failure. */
const ABORTED: readonly string[] = ["40P01", "40001"];
const MOST_TRIES = 5;

/**
 * @param work may run several times, so it must have no effect outside the database
 * @throws what `work` throws, or the database's error if it aborted every attempt
 */
export async function repeatedly<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !ABORTED.includes(sqlStateOf(error) ?? "")) throw error;
    }
  }
}

/** Runs a transaction, again if the database aborts it. The same rules apply to `work`. */
export async function transactRepeatedly<T>(
  database: Database,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  return await repeatedly(() => database.transaction(work));
}
