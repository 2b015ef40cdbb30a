/** Removes counts of tries that no longer matter. */
import { gt, lt, or } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { rateLimits } from "../database/schema.ts";

/** Clocks of processes may differ by so much. */
const SKEW_MS = 600_000;
/** No window is longer. */
const LONGEST_WINDOW_MS = 3_600_000;

/** Forgets windows that ended, and those that a wrong clock set too far ahead. */
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
