/** Statements that run for every share or every page: built once for each database, and planned once for each of its connections. */
import type { Queryable } from "./open.ts";

/**
 * States stand in them as they are, not as values: only so does a plan that is made once use the indexes of some states.
 * @param prepare with names that no other statement has
 */
export function preparedOnce<T>(prepare: (database: Queryable) => T): (database: Queryable) => T {
  const prepared = new WeakMap<Queryable, T>();
  return (database) => {
    const known = prepared.get(database) ?? prepare(database);
    prepared.set(database, known);
    return known;
  };
}
