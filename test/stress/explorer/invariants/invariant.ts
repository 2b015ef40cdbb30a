/** A promise, and how to find in the record of a schedule that it was broken. */
import type { Aftermath } from "../record.ts";

export interface Invariant {
  /** What would be wrong, in words that are the same each time. */
  readonly wrong: string;
  /** What shows it; nothing where the promise was kept. */
  find(record: Aftermath): readonly string[];
}
