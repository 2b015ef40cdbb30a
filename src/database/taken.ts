/** Recognises a conflict between concurrent inserts: the unique index rejects the second, though a check before found nothing. */
import { sqlStateOf } from "./connection/sql-state.ts";

/** SQLSTATE unique_violation. */
const TAKEN = "23505";

/** Whether the error is a violation of a unique index. */
export function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === TAKEN;
}
