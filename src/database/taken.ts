/** Two that would have what only one can have, at the same moment: the second meets the index, not the look before it. */
import { sqlStateOf } from "./connection/sql-state.ts";

/** PostgreSQL's word for a value that another row has already. */
const TAKEN = "23505";

export function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === TAKEN;
}
