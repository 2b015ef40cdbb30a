/** Waits for a database that is away, or explains why it cannot be reached. */
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { isAway } from "./away.ts";
import { refuseReader } from "./several-hosts.ts";

/** The database cannot be reached. The message says why, without the password. */
export class DatabaseUnreachable extends Error {
  override name = "DatabaseUnreachable";
}

/** How long to wait for a database that is away. */
export interface Patience {
  readonly forMs: number;
  /** Called with the reason, at once and then every minute. */
  onWait?(reason: string): void;
}

/** The patience of commands. */
export const BRIEF: Patience = { forMs: 5_000 };
const TOLD_EVERY_MS = 60_000;

/**
 * Waits until the database answers and is writable. Only a database that is away is waited for.
 * @throws {DatabaseUnreachable} at once for any other failure
 */
export async function untilReady(pool: pg.Pool, { forMs, onWait }: Patience): Promise<void> {
  const deadline = performance.now() + forMs;
  let told = -Infinity;
  for (;;) {
    try {
      return await refuseReader(pool);
    } catch (cause) {
      if (!isAway(cause) || performance.now() > deadline)
        throw new DatabaseUnreachable(
          `The database cannot be used: ${explain(cause)}. Check that DATABASE_URL is right and the server is running.`,
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
 * Awaits work that a start needs from the database, which can go away again at any time.
 * @throws {DatabaseUnreachable} instead of the driver's error
 */
export async function whileReachable<T>(work: Promise<T>): Promise<T> {
  return await work.catch((cause: unknown) => {
    if (cause instanceof DatabaseUnreachable || !isAway(cause)) throw cause;
    throw new DatabaseUnreachable(
      `The database went away: ${explain(cause)}. Check that the server is running.`,
      { cause },
    );
  });
}

/** Node throws an error without a message if it tried several addresses. */
function explain(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(explain).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}
