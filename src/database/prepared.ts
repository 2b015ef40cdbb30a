/** Statements that run for every share or page: built once per database and planned once per connection. */
import type { Queryable } from "./open.ts";

/**
 * Statements must contain statuses as literals, not as parameters. Otherwise their cached plan cannot use partial indexes.
 * @param prepare builds the statements, under names that no other statement has
 * @returns a function that returns the statements for a database
 */
export function preparedOnce<T>(prepare: (database: Queryable) => T): (database: Queryable) => T {
  const prepared = new WeakMap<Queryable, T>();
  return (database) => {
    const known = prepared.get(database) ?? prepare(database);
    prepared.set(database, known);
    return known;
  };
}
