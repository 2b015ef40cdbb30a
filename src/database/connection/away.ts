/** Tells from an error whether the database is away: by its code or, if the driver sets none, by its message. */

/** The connection is dead. Whether its last statement took effect is not known. */
export class DatabaseSilent extends Error {
  override name = "DatabaseSilent";
  readonly code = "ETIMEDOUT";

  constructor() {
    super("The database does not answer.");
  }
}

/** The server is read-only: a standby, or configured so. A fail-over in progress will change that. */
export class ServerReadsOnly extends Error {
  override name = "ServerReadsOnly";
  readonly code = "25006";

  constructor() {
    super("it is read-only: a standby, or a server with default_transaction_read_only on");
  }
}

/**
 * SQLSTATEs of a server that starts, stops, has no connection left, has a full disk or is read-only, and the operating
 * system's codes for a server that cannot be reached.
 */
const CODES =
  /^(57P0[1235]|08\w{3}|53[13]00|58030|25006|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** Messages of pg 8.23 and pg-pool 3.14 for a connection that ended or was not made in time. */
const WORDS: readonly string[] = [
  "Connection terminated unexpectedly",
  "Connection terminated due to connection timeout",
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "timeout expired",
  // pg-boss 12.38
  "LISTEN/NOTIFY connection ended",
  "Query read timeout",
  "Client has encountered a connection error and is not queryable",
];

/** Other failures use the same codes: those of fetch, of platforms and of mail servers. */
function isElsewhere(error: object): boolean {
  const isOthers =
    error instanceof Error && (error.message === "fetch failed" || error.name === "PlatformError");
  return isOthers || "command" in error;
}

/** Checks the error and its causes. pg-boss reports errors as plain objects with the fields of an error. */
export function isAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null || isElsewhere(error)) return false;
  if ("code" in error && CODES.test(String(error.code))) return true;
  if ("message" in error && WORDS.includes(String(error.message))) return true;
  if (error instanceof AggregateError && error.errors.some(isAway)) return true;
  return "cause" in error && isAway(error.cause);
}
