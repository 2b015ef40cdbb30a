/** Reads X’s rate limits (docs/networks/x.md, section 6). */
import { say } from "../../words/words.ts";
import { readBudget } from "../call/rate-budget.ts";
import { type Answer, readRetryAfter } from "../call/request.ts";
import { PlatformError, type RateBudget } from "../platform.ts";
import { type Problem, readProblemKey } from "./problem.ts";

const WINDOW_MS = 900_000;

/** A 429, or a used-up plan: retry when the latest of the limits that X names resets. */
export function rateLimited(answer: Answer, problem: Problem, now: Date): PlatformError {
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

/** Reads how many calls are left, which X reports with every answer. */
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

/** The header holds Unix seconds. */
function readReset(headers: Headers, name: string): Date | undefined {
  const value = headers.get(name);
  return value !== null && /^\d+$/.test(value) ? new Date(Number(value) * 1_000) : undefined;
}

function endOfPeriod(period: string | undefined, now: Date): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return new Date(period === "Daily" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1));
}
