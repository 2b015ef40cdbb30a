/** Removes counters that no longer matter. */
import { gt, lt, or } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { rateLimits } from "../database/schema.ts";

/** How far the clocks of two processes can differ. */
const SKEW_MS = 600_000;
/** The longest window in the rules. */
const LONGEST_WINDOW_MS = 3_600_000;

/** Removes windows that have ended, and windows that a wrong clock placed too far in the future. */
export async function removeOldCounts({
  database,
  now,
}: {
  readonly database: Database;
  now(): Date;
}): Promise<void> {
  const time = now().getTime();
  const { expire } = rateLimits;
  await database
    .delete(rateLimits)
    .where(or(lt(expire, time), gt(expire, time + LONGEST_WINDOW_MS + SKEW_MS)));
}
