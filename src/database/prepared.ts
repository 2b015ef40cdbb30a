/** Statements that run for every share: built once for each database, and planned once for each of its connections. */
import type { Database } from "./open.ts";

/** @param prepare with names that no other statement has */
export function preparedOnce<T>(prepare: (database: Database) => T): (database: Database) => T {
  const prepared = new WeakMap<Database, T>();
  return (database) => {
    const known = prepared.get(database) ?? prepare(database);
    prepared.set(database, known);
    return known;
  };
}
