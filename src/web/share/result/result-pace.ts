/** How often a result that is under way asks what is new. */
import type { Tally } from "../../../sharing/record/tally.ts";

/** Seconds; for what is hours away. */
export const SELDOM_SECONDS = 60;
const RARELY_SECONDS = 600;

/**
 * Often while something happens, and less and less often the longer nothing does.
 * @returns seconds, or undefined: nothing more happens by itself
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
  // What the eye can follow: one share, or how far many are.
  return quiet > 10_000 || total > 20 ? 2 : 0.5;
}
