/** Removing much that is old without anybody noticing: a little at a time, with rests between. */
import { setTimeout as pause } from "node:timers/promises";

/** How much longer than a batch took the database has to itself after it. */
const REST = 9;
/** One round, in milliseconds: the next one goes on. */
const ROUND_MS = 20_000;

/**
 * @param removeSome removes one batch. @returns how many rows, and whether there may be more
 * @returns how many rows one round removed
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

export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
