/** What the database breaks off, because it met others, is done again from its beginning. */

import { sqlStateOf } from "./connection/sql-state.ts";
import type { Database, Queryable } from "./open.ts";

/** PostgreSQL's words for a deadlock, and for a transaction that does not fit in with others. */
const BROKEN_OFF: readonly string[] = ["40P01", "40001"];
const MOST_TRIES = 5;

/**
 * @param work touches nothing but the database: it may run more than once
 * @throws what `work` throws; the database's own error, when it broke off every try
 */
export async function repeatedly<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !BROKEN_OFF.includes(sqlStateOf(error) ?? "")) throw error;
    }
  }
}

/** The same for a transaction. */
export async function transactRepeatedly<T>(
  database: Database,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  return await repeatedly(() => database.transaction(work));
}
