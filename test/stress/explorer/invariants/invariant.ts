/** A promise, and how to find in the record of a schedule that it was broken. */
import type { Aftermath } from "../record.ts";

export interface Invariant {
  /** What would be wrong, in the same words each time. */
  readonly wrong: string;
  /** The evidence. Undefined if the promise was kept. */
  find(record: Aftermath): readonly string[];
}
