/** Whether the database is away, as it shows in what was thrown: by code, or where the driver gives none by its words. */

/** What PostgreSQL says as it starts, stops, has no place left, a full disk or takes no changes as a standby, and the operating system of a server that is not there. */
const CODES =
  /^(57P0[123]|08\w{3}|53[13]00|58030|25006|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** pg 8.23 and pg-pool 3.14, where a connection ends, or none comes in time. */
const WORDS: readonly string[] = [
  "Connection terminated unexpectedly",
  "Connection terminated due to connection timeout",
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "timeout expired",
  "Client has encountered a connection error and is not queryable",
];

/** Looks at what was thrown and at what caused it. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && CODES.test(String(error.code))) return true;
  if (WORDS.includes(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isAway)) return true;
  return isAway(error.cause);
}
