/** What X's refusals mean, read from the fields of its two shapes of problem (docs/networks/x.md, section 7 and errors). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { readOAuthError } from "../call/oauth2.ts";
import { readBudget } from "../call/rate-budget.ts";
import { type Answer, readRetryAfter } from "../call/request.ts";
import { inTrouble, redirected } from "../call/trouble.ts";
import { PlatformError, type RateBudget } from "../platform.ts";

const text = z.string().optional().catch(undefined);
const problemShape = z.object({
  title: text,
  detail: text,
  type: text,
  period: text,
  errors: z
    .array(z.object({ message: text, detail: text, code: z.number().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
type Problem = z.infer<typeof problemShape>;

/** X's code for a repeated post, in the older of its two shapes. */
const REPEATED = 187;
const WINDOW_MS = 900_000;

export interface Circumstances {
  readonly now: Date;
  /** What the token was granted, and what of it the call needs. */
  readonly granted: readonly string[];
  readonly needed: readonly string[];
}

function readProblem(answer: Answer): Problem {
  return problemShape.safeParse(answer.body).data ?? {};
}

/** The last path segment of the problem's type is its key; the host before it varies. */
export function readProblemKey(answer: Answer): string {
  const { type = "about:blank" } = readProblem(answer);
  return type === "about:blank" ? "" : (type.split("/").at(-1) ?? "");
}

/** X's own words, for the person. */
function readWords({ detail, title, errors = [] }: Problem): string {
  const messages = errors
    .map((error) => error.message ?? error.detail)
    .filter((words) => words !== undefined);
  return (messages.length > 0 ? messages.join(" ") : (detail ?? title ?? "no reason given")).slice(0, 300);
}

/** An answer that no call expects as its success. What is in doubt after a post, the caller that posts decides. */
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
  // "Forbidden" as title and detail is all that X says of a missing permission.
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

/** X names a repeated post by its words alone, in a field of its answer (docs/networks/x.md, section 7). */
function isDuplicate({ detail, errors = [] }: Problem): boolean {
  const words = [detail, ...errors.map(({ message }) => message)];
  return errors.some(({ code }) => code === REPEATED) || words.some((said) => /duplicate/i.test(said ?? ""));
}

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

/** docs/networks/x.md, section 6. */
function rateLimited(answer: Answer, problem: Problem, now: Date): PlatformError {
  const { status, headers } = answer;
  if (readProblemKey(answer) === "usage-capped") {
    const retryAt = endOfPeriod(problem.period, now);
    return new PlatformError("rate-limited", {
      code: "usage-capped",
      message: say("The X app of this service has used up its plan until {day}.", {
        day: retryAt.toISOString().slice(0, 10),
      }),
      status,
      retryAt,
      wholeApp: true,
      operator: true,
    });
  }
  const isAhead = (at: Date | undefined) => at !== undefined && at > now;
  const days = ["x-user-limit-24hour", "x-app-limit-24hour"]
    .map((name) => readSpentDay(headers, name))
    .filter(isAhead);
  const windows = days.length > 0 ? days : [readReset(headers, "x-rate-limit-reset")];
  const told = [...windows, readRetryAfter(headers, now)].filter(isAhead);
  const latest = Math.max(...told.map(Number));
  return new PlatformError("rate-limited", {
    code: "rate-limited",
    message: say("X asked us to slow down. We will try again later."),
    status,
    retryAt: new Date(told.length > 0 ? latest : now.getTime() + WINDOW_MS),
    ...(isAhead(readSpentDay(headers, "x-app-limit-24hour")) ? { wholeApp: true as const } : {}),
  });
}

/** What X still takes, on every answer (docs/networks/x.md, section 6). */
export function readBudgets(headers: Headers): RateBudget[] {
  const toDate = (seconds: string) => new Date(Number(seconds) * 1_000);
  const read = (prefix: string, whose: Pick<RateBudget, "of" | "span">) => {
    const names = { remaining: `${prefix}-remaining`, reset: `${prefix}-reset` };
    return readBudget(headers, names, { ...whose, toDate });
  };
  return [
    ...read("x-rate-limit", { of: "account", span: "short" }),
    ...read("x-user-limit-24hour", { of: "account", span: "day" }),
    ...read("x-app-limit-24hour", { of: "app", span: "day" }),
  ];
}

function readSpentDay(headers: Headers, name: string): Date | undefined {
  return headers.get(`${name}-remaining`) === "0" ? readReset(headers, `${name}-reset`) : undefined;
}

/** Unix seconds. */
function readReset(headers: Headers, name: string): Date | undefined {
  const value = headers.get(name);
  return value !== null && /^\d+$/.test(value) ? new Date(Number(value) * 1_000) : undefined;
}

function endOfPeriod(period: string | undefined, now: Date): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return new Date(period === "Daily" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1));
}

/**
 * A refusal of the token endpoint. Only a 400 about the grant concerns the person's connection; everything else it
 * refuses is about our app, and must leave all connections as they are (docs/networks/x.md, section 1.6).
 */
export function toTokenError(answer: Answer, grant: "code" | "refresh", now: Date): PlatformError {
  const { status } = answer;
  const { error, error_description } = readOAuthError(answer.body) ?? {};
  if (status === 402 || status === 429) return toError(answer, { now, granted: [], needed: [] });
  if (status >= 500 || (error === undefined && status !== 401)) return inTrouble(answer, "X", now);
  // The name is the same for a dead token and for a parameter that we left out: only X's fixed sentence for the latter
  // tells. Read wrongly, a change of X's would disconnect everybody.
  const isIncomplete = /^Missing required parameter \[/.test(error_description ?? "");
  const isAboutGrant = error === "invalid_grant" || (error === "invalid_request" && !isIncomplete);
  if (status === 400 && isAboutGrant) return grantRefused(grant);
  return new PlatformError("rejected", {
    code: "app-refused",
    message: say(
      "X does not accept the app of this service: its operator must check the client id and secret.",
    ),
    status,
    operator: true,
  });
}

function grantRefused(grant: "code" | "refresh"): PlatformError {
  if (grant === "refresh") {
    return new PlatformError("reconnect-needed", {
      code: "grant-dead",
      message: say("X no longer renews this connection. Reconnect the account."),
      status: 400,
    });
  }
  return new PlatformError("rejected", {
    code: "code-refused",
    message: say("X did not accept the authorization, which is valid for only 30 seconds. Connect again."),
    status: 400,
  });
}
