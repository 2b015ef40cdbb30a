/** Whether the database is away, as it shows in what was thrown: by code, or where the driver gives none by its words. */

/** Nobody answers on this connection any more: what became of what was asked last is not known. */
export class DatabaseSilent extends Error {
  override name = "DatabaseSilent";
  readonly code = "ETIMEDOUT";

  constructor() {
    super("The database does not answer.");
  }
}

/** The server takes no changes: it is a standby, or was told so. A fail-over that is under way ends that. */
export class ServerReadsOnly extends Error {
  override name = "ServerReadsOnly";
  readonly code = "25006";

  constructor() {
    super("it takes no changes, as it is a standby, or default_transaction_read_only is on there");
  }
}

/** What PostgreSQL says as it starts, stops, has no place left, a full disk or only reads, as a standby does, and the operating system of a server that is not there. */
const CODES =
  /^(57P0[1235]|08\w{3}|53[13]00|58030|25006|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** pg 8.23 and pg-pool 3.14, where a connection ends, or none comes in time. */
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

/** Another network's failure, of the same codes: what a fetch throws, what a platform says of it, what a mail server said. */
function isElsewhere(error: object): boolean {
  const isOthers =
    error instanceof Error && (error.message === "fetch failed" || error.name === "PlatformError");
  return isOthers || "command" in error;
}
/** Looks at what was thrown and at what caused it. pg-boss tells its errors as plain objects with an error's fields. */
export function isAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null || isElsewhere(error)) return false;
  if ("code" in error && CODES.test(String(error.code))) return true;
  if ("message" in error && WORDS.includes(String(error.message))) return true;
  if (error instanceof AggregateError && error.errors.some(isAway)) return true;
  return "cause" in error && isAway(error.cause);
}
