/** Whether the shares of a scheduled request all still wait. */
import type { Counts } from "../record/tally.ts";

/** Tells whether shares wait and every other share was cancelled, so that a change applies to the whole request. */
export function isUntouched({ total, counts, overdue }: Counts): boolean {
  const waiting = counts.scheduled + overdue;
  return waiting > 0 && waiting + counts.cancelled === total;
}
