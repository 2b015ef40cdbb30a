/** Translates X’s refusals into our errors, by the fields of its two problem formats (docs/networks/x.md, section 7 and errors). */
import { say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { inTrouble, redirected } from "../call/trouble.ts";
import { PlatformError } from "../platform.ts";
import { type Problem, readProblem, readProblemKey, readWords } from "./problem.ts";
import { rateLimited } from "./rate-limits.ts";

/** X’s code for a repeated post, in the older of its two formats. */
const REPEATED = 187;

export interface Circumstances {
  readonly now: Date;
  /** The scopes that the token has, and those that the call needs. */
  readonly granted: readonly string[];
  readonly needed: readonly string[];
}

/** Turns an unexpected answer into an error. After a post, the caller decides whether the outcome is in doubt. */
export function toError(answer: Answer, circumstances: Circumstances): PlatformError {
  const { status } = answer;
  const problem = readProblem(answer);
  if (status === 402 || readProblemKey(answer).startsWith("credits")) return creditsUsedUp(status);
  if (status === 401) {
    return new PlatformError("reconnect-needed", {
      code: "token-refused",
      message: say("X no longer accepts this connection. Reconnect the account."),
      status,
    });
  }
  if (status === 403) return forbidden(readProblemKey(answer), problem, circumstances);
  if (status === 429) return rateLimited(answer, problem, circumstances.now);
  if (status >= 500 || status < 300) return inTrouble(answer, "X", circumstances.now);
  if (status < 400) return redirected(answer, "X");
  return new PlatformError("rejected", {
    code: status === 404 ? "not-found" : "refused",
    message: say("X refused this: {words}", { words: readWords(problem) }),
    status,
  });
}

function creditsUsedUp(status: number): PlatformError {
  return new PlatformError("rejected", {
    code: "credits-used-up",
    message: say(
      "X API credits used up: the operator of this service must top them up at X. Then try again.",
    ),
    status,
    operator: true,
  });
}

function forbidden(key: string, problem: Problem, { granted, needed }: Circumstances): PlatformError {
  const status = 403;
  if (isDuplicate(problem)) {
    return new PlatformError("duplicate", {
      code: "duplicate",
      message: say("X already has this exact post. Change the message to post it again."),
      status,
    });
  }
  if (key === "unsupported-authentication") {
    return new PlatformError("reconnect-needed", {
      code: "authentication-refused",
      message: say("X does not accept this connection for posting. Reconnect the account."),
      status,
    });
  }
  // For a missing permission, X says only "Forbidden", as title and as detail.
  const isUnexplained = problem.detail !== undefined && problem.detail === problem.title;
  if (isUnexplained || key === "oauth1-permissions" || key === "client-forbidden") {
    const missing = needed.filter((scope) => !granted.includes(scope));
    return missing.length > 0 ? scopesMissing(missing, status) : appNotPermitted(key);
  }
  return new PlatformError("rejected", {
    code: key === "user-suspended" ? "account-suspended" : "refused",
    message: say("X refused this: {words}", { words: readWords(problem) }),
    status,
  });
}

/** X reports a repeated post only in the words of its answer (docs/networks/x.md, section 7). */
function isDuplicate({ detail, errors = [] }: Problem): boolean {
  const words = [detail, ...errors.map(({ message }) => message)];
  return errors.some(({ code }) => code === REPEATED) || words.some((said) => /duplicate/i.test(said ?? ""));
}

/** The person did not grant scopes that posting needs. */
export function scopesMissing(missing: readonly string[], status?: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "scope-missing",
    message: say(
      "X did not grant the permissions that posting needs ({list}). Reconnect the account and allow them.",
      {
        list: missing.join(", "),
      },
    ),
    ...(status === undefined ? {} : { status }),
  });
}

function appNotPermitted(key: string): PlatformError {
  const message =
    key === "client-forbidden"
      ? say("The X app of this service has no access to the API: its operator must enrol it at X.")
      : say(
          "The X app of this service may not write: its operator must give it the permission “Read and write” at X. Then reconnect the account.",
        );
  return new PlatformError("rejected", { code: "app-not-permitted", message, status: 403, operator: true });
}
