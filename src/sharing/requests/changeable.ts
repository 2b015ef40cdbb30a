/** Whether a scheduled request can still be changed. */
import type { Counts } from "../record/tally.ts";

/** Tells whether nothing of a request has started yet, and not all of it was cancelled. */
export function isChangeable({ total, counts, overdue }: Counts): boolean {
  const waiting = counts.scheduled + overdue;
  return waiting > 0 && waiting + counts.cancelled === total;
}
