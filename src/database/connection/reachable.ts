/** Waits for a database that is away, or says why it cannot be reached. */
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { isAway } from "./away.ts";
import { refuseReader } from "./several-hosts.ts";

/** No connection to the database server; the message says why, without the password. */
export class DatabaseUnreachable extends Error {
  override name = "DatabaseUnreachable";
}

/** How long a database that is away is waited for. */
export interface Patience {
  readonly forMs: number;
  /** Called at once, and each minute, with why it is away. */
  onWait?(reason: string): void;
}

export const BRIEF: Patience = { forMs: 5_000 };
const TOLD_EVERY_MS = 60_000;

/** A database that is away comes back; every other failure is told at once. */
export async function untilReady(pool: pg.Pool, { forMs, onWait }: Patience): Promise<void> {
  const deadline = performance.now() + forMs;
  let told = -Infinity;
  for (;;) {
    try {
      return await refuseReader(pool);
    } catch (cause) {
      if (!isAway(cause) || performance.now() > deadline)
        throw new DatabaseUnreachable(
          `The database cannot be used: ${explain(cause)}. Is DATABASE_URL right, and is the server up?`,
          { cause },
        );
      if (performance.now() - told > TOLD_EVERY_MS) {
        onWait?.(explain(cause));
        told = performance.now();
      }
    }
    await pause(200);
  }
}

/**
 * What a start needs of the database, which may go away again meanwhile.
 * @throws {DatabaseUnreachable} instead of the driver's own error
 */
export async function whileReachable<T>(work: Promise<T>): Promise<T> {
  return await work.catch((cause: unknown) => {
    if (cause instanceof DatabaseUnreachable || !isAway(cause)) throw cause;
    throw new DatabaseUnreachable(`The database went away: ${explain(cause)}. Is the server up?`, { cause });
  });
}

/** Node gives an error without words when it tried several addresses. */
function explain(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(explain).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}
