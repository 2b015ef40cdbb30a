/** The one error that a platform throws, classified by who must act. */
import { inEnglish, type Told } from "../words/words.ts";
import type { ShareResult } from "./posts/post.ts";

/**
 * Who must act, which decides what happens to the share:
 * `declined`: the person refused consent; `reconnect-needed`: the grant is dead; `rate-limited`: wait until `retryAt`;
 * `rejected`: this post or our set-up is refused for good; `duplicate`: the network already has this exact post;
 * `transient`: certainly not done, retry; `ambiguous`: perhaps posted, never retry blindly.
 */
export type PlatformErrorKind =
  | "declined"
  | "reconnect-needed"
  | "rate-limited"
  | "rejected"
  | "duplicate"
  | "transient"
  | "ambiguous";

interface PlatformErrorDetails {
  /** Our short, stable name for the cause: "credits-used-up", "text-too-long", "token-revoked". */
  readonly code: string;
  /** Tells the person what happened and what to do. Contains no secret. */
  readonly message: Told;
  /** The HTTP status, if the network answered. */
  readonly status?: number;
  /** The earliest time for a retry: for `rate-limited`, and for `transient` if the network names one. */
  readonly retryAt?: Date | undefined;
  /** For `rate-limited`: the limit applies to the whole app, not just this account. */
  readonly wholeApp?: true;
  /** The operator must fix this (credits, app settings), not the person. */
  readonly operator?: true;
  /** For `duplicate`: the existing post, if the network names it. */
  readonly existing?: ShareResult;
  readonly cause?: unknown;
}

/** The only error that a platform throws, apart from those of `beforePublish`. */
export class PlatformError extends Error {
  /** The message, for translation into the reader’s language. */
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
