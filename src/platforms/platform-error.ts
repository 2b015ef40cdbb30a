/** The one error that a platform lets out, by who must act. */
import { inEnglish, type Told } from "../words/words.ts";
import type { ShareResult } from "./posts/post.ts";

/**
 * Who must act, and so what becomes of the share:
 * `declined` the person refused consent; `reconnect-needed` the grant is dead; `rate-limited` wait until `retryAt`;
 * `rejected` this post or our set-up is refused for good; `duplicate` the network has this very post already;
 * `transient` certainly not done, try again; `ambiguous` perhaps posted: never repeat blindly.
 */
export type PlatformErrorKind =
  | "declined"
  | "reconnect-needed"
  | "rate-limited"
  | "rejected"
  | "duplicate"
  | "transient"
  | "ambiguous";

export interface PlatformErrorDetails {
  /** Our short, stable name of the cause: "credits-used-up", "text-too-long", "token-revoked". */
  readonly code: string;
  /** For people: what happened and what to do. Holds no secret. */
  readonly message: Told;
  /** The network's status code, where there was an answer. */
  readonly status?: number;
  /** For `rate-limited`, and for `transient` where the network says so: not before. */
  readonly retryAt?: Date | undefined;
  /** For `rate-limited`: the limit is the whole app's, not this account's. */
  readonly wholeApp?: true;
  /** The fault is the operator's to mend (credits, app settings), not the person's. */
  readonly operator?: true;
  /** For `duplicate`: the post that is there already, where the network names it. */
  readonly existing?: ShareResult;
  readonly cause?: unknown;
}

/** The only error that a platform lets out (besides what `beforePublish` threw). */
export class PlatformError extends Error {
  /** The message, to be put into the reader's words. */
  readonly told: Told;
  readonly kind: PlatformErrorKind;
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAt: Date | undefined;
  readonly wholeApp: boolean;
  readonly operator: boolean;
  readonly existing: ShareResult | undefined;

  constructor(kind: PlatformErrorKind, details: PlatformErrorDetails) {
    super(inEnglish(details.message), { cause: details.cause });
    this.told = details.message;
    this.name = "PlatformError";
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
    this.retryAt = details.retryAt;
    this.wholeApp = details.wholeApp ?? false;
    this.operator = details.operator ?? false;
    this.existing = details.existing;
  }
}
