/** Finds the SQLSTATE, PostgreSQL's five-character error code, in an error or its causes. */

/** @returns undefined if the error does not come from the database */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && error.code.length === 5) return error.code;
  return sqlStateOf(error.cause);
}
