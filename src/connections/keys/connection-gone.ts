/** A connection that no longer exists, or that never did. */
import { inEnglish, type Told } from "../../words/words.ts";

/** Thrown for a connection that was revoked or does not exist. */
export class ConnectionGone extends Error {
  override name = "ConnectionGone";
  /** The message, for translation into the reader’s language. */
  readonly told: Told;

  constructor(told: Told) {
    super(inEnglish(told));
    this.told = told;
  }
}
