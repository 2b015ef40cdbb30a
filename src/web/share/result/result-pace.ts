/** How often the page of an unfinished request polls for changes. */
import type { Tally } from "../../../sharing/record/tally.ts";

/** For what is minutes away. */
export const SELDOM_SECONDS = 60;
const RARELY_SECONDS = 600;

/**
 * Polls often while something happens, and less often the longer nothing does.
 * @returns seconds until the next poll; undefined where nothing more happens by itself
 */
export function secondsUntilNextPoll(
  {
    total,
    counts,
    leaving,
    nextAt,
    changedAt,
  }: Pick<Tally, "total" | "counts" | "leaving" | "nextAt" | "changedAt">,
  now: Date,
): number | undefined {
  if (counts.open + counts.scheduled + leaving === 0) return undefined;
  const wait = leaving > 0 ? 0 : (nextAt?.getTime() ?? now.getTime()) - now.getTime();
  if (wait > 3_600_000) return RARELY_SECONDS;
  if (wait > 120_000) return SELDOM_SECONDS;
  if (wait > 5_000) return 5;
  const quiet = now.getTime() - Math.max(changedAt.getTime(), nextAt?.getTime() ?? 0);
  if (quiet > 600_000) return SELDOM_SECONDS;
  if (quiet > 60_000) return 10;
  // Fast enough to watch a single share; slower for the numbers of many.
  return quiet > 10_000 || total > 20 ? 2 : 0.5;
}
