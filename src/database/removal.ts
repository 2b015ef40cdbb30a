/** Removes many old rows without slowing anything down: in small batches with pauses between them. */
import { setTimeout as pause } from "node:timers/promises";

/** How many times the duration of a batch to pause after it. */
const REST = 9;
/** The longest round, in milliseconds. The next round continues where it ended. */
const ROUND_MS = 20_000;

/**
 * Runs one round.
 * @param removeSome removes one batch and returns how many rows it removed and whether there may be more
 * @returns how many rows the round removed
 */
export async function removeGently(
  removeSome: () => Promise<{ readonly removed: number; readonly more: boolean }>,
): Promise<number> {
  const beganAt = performance.now();
  for (let total = 0; ; ) {
    const startedAt = performance.now();
    const { removed, more } = await removeSome();
    total += removed;
    if (!more || performance.now() - beganAt > ROUND_MS) return total;
    await pause(REST * (performance.now() - startedAt));
  }
}

const DAY_MS = 86_400_000;

/** @returns the time this many days of 24 hours earlier */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
