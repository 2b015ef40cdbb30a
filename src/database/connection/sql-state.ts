/** Why the database refused: PostgreSQL's five characters for it, wherever they stand in what was thrown. */

/** @returns undefined where it was not the database that refused */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && error.code.length === 5) return error.code;
  return sqlStateOf(error.cause);
}
