/** Translates LinkedIn’s refusals into our errors (docs/networks/linkedin.md, sections 2, 7, 8 and errors). */
import { say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { inTrouble, redirected } from "../call/trouble.ts";
import { PlatformError } from "../platform.ts";
import { permalinkOf } from "./posts.ts";
import { type Problem, readProblem } from "./problem.ts";
import { rateLimited } from "./rate-limits.ts";

const REVOKED = 65_601;
/** Finds the first post’s URN in the refusal of a repeat. */
const REPEATED = /duplicate of (urn:li:(?:share|ugcPost|activity):\d+)/i;

/** The codes for a version that LinkedIn does not serve, with status 426 and others. */
const VERSIONS = ["VERSION_MISSING", "NONEXISTENT_VERSION"];
const UNPERMITTED_AUTHOR = /^Unpermitted fields\b.*\/author\b/;

export interface Circumstances {
  readonly now: Date;
  /** The origin of permalinks. */
  readonly origin: string;
  /** The scopes that the token has, and the one that the call needs. */
  readonly granted: readonly string[];
  readonly needed: string;
  /** The name of the company page, if the call is for one. */
  readonly page?: string;
  /** How often LinkedIn has already throttled this share. */
  readonly pauses?: number;
}

/** Whether LinkedIn calls the token revoked. It also says so about a new token that not all of its servers know yet. */
export function isCalledRevoked(answer: Answer): boolean {
  const { code, serviceErrorCode } = readProblem(answer);
  return answer.status === 401 && (serviceErrorCode === REVOKED || code === "REVOKED_ACCESS_TOKEN");
}

/** Turns an unexpected answer into an error. After a post, the caller decides whether the outcome is in doubt. */
export function toError(answer: Answer, circumstances: Circumstances): PlatformError {
  const { status } = answer;
  const problem = readProblem(answer);
  if (status === 401) {
    const message = say("LinkedIn no longer accepts this connection. Reconnect the account.");
    return new PlatformError("reconnect-needed", { code: "token-refused", message, status });
  }
  if (status === 426 || VERSIONS.includes(problem.code ?? "")) return versionEnded(status);
  if (status === 429) return rateLimited(problem, circumstances);
  if (status >= 500 || status < 300) return inTrouble(answer, "LinkedIn", circumstances.now);
  if (status < 400) return redirected(answer, "LinkedIn");
  if (isRepeat(status, problem)) return duplicate(status, problem, circumstances);
  if (status === 403) return forbidden(problem, circumstances);
  if (status === 409) {
    const message = say("LinkedIn was busy with another change at the same moment.");
    return new PlatformError("transient", { code: "conflict", message, status });
  }
  return refused(status, problem);
}

/** LinkedIn reports a repeat by a code, or only by naming the first post in its message. */
function isRepeat(status: number, { message, errorDetails }: Problem): boolean {
  const isNamed = errorDetails?.inputErrors.some(({ code }) => code === "DUPLICATE_POST") ?? false;
  return [400, 409, 422].includes(status) && (isNamed || REPEATED.test(message ?? ""));
}

function duplicate(status: number, { message }: Problem, { origin }: Circumstances): PlatformError {
  const urn = REPEATED.exec(message ?? "")?.[1];
  return new PlatformError("duplicate", {
    code: "duplicate",
    message: say("LinkedIn already has this exact post. Change the message to post it again."),
    status,
    ...(urn === undefined ? {} : { existing: { platformPostId: urn, url: permalinkOf(origin, urn) } }),
  });
}

function versionEnded(status: number): PlatformError {
  return new PlatformError("rejected", {
    code: "version-ended",
    message: say(
      "The LinkedIn API version must be updated: the operator of this service sets SOCIAL_LINKEDIN_VERSION to one that LinkedIn still serves. Then try again.",
    ),
    status,
    operator: true,
  });
}

/** The LinkedIn product that includes each scope (docs/networks/linkedin.md, section 1). */
const PRODUCTS: Readonly<Record<string, string>> = {
  w_member_social: "Share on LinkedIn",
  profile: "Sign In with LinkedIn using OpenID Connect",
};

function forbidden({ message }: Problem, { granted, needed, page }: Circumstances): PlatformError {
  const status = 403;
  if (UNPERMITTED_AUTHOR.test(message ?? "")) {
    return new PlatformError("reconnect-needed", {
      code: "other-account",
      message: say("At LinkedIn, this connection belongs to another account. Reconnect the account."),
      status,
    });
  }
  if (!granted.includes(needed)) return scopeMissing(needed, status);
  if (page !== undefined) {
    return new PlatformError("rejected", {
      code: "page-access",
      message: say(
        "LinkedIn does not let us post for {page} ({needed}). Ask its admins for the role of a content admin, then reconnect.",
        { page, needed },
      ),
      status,
    });
  }
  const product = PRODUCTS[needed] ?? "Community Management API";
  return new PlatformError("rejected", {
    code: "app-not-permitted",
    message: say(
      "LinkedIn does not let the app of this service do that ({needed}): its operator must add the product {product} to it.",
      { needed, product },
    ),
    status,
    operator: true,
  });
}

/** The person did not grant a scope that posting needs. */
export function scopeMissing(scope: string, status?: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "scope-missing",
    message: say(
      "LinkedIn did not grant the permission that posting needs ({scope}). Reconnect the account and allow it.",
      {
        scope,
      },
    ),
    ...(status === undefined ? {} : { status }),
  });
}

/** Our codes for LinkedIn’s codes that delivery or the person must know. */
const CAUSES: ReadonlyMap<string, string> = new Map([
  ["FIELD_LENGTH_TOO_LONG", "text-too-long"],
  ["INVALID_IMAGE_ID", "picture-refused"],
  ["MEDIA_ASSET_PROCESSING_FAILED", "picture-refused"],
  ["NOT_FOUND", "not-found"],
]);

function refused(status: number, { code = "", message }: Problem): PlatformError {
  if (code === "MEDIA_ASSET_WAITING_UPLOAD" || code === "EXPIRED_UPLOAD_URL") {
    const told = say("LinkedIn is still processing the picture.");
    return new PlatformError("transient", { code: "picture-not-ready", message: told, status });
  }
  const words = [code, message?.trim()].filter(Boolean).join(": ").slice(0, 300);
  return new PlatformError("rejected", {
    code: CAUSES.get(code) ?? "refused",
    message: say("LinkedIn refused this: {words}", { words: words || "no reason given" }),
    status,
  });
}
