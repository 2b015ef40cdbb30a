/** What X's refusals mean, read from its two shapes of problem (docs/platforms/x.md, errors). */
import { z } from "zod";
import { readOAuthError } from "./oauth2.ts";
import { PlatformError } from "./platform.ts";
import { type Answer, readRetryAfter } from "./request.ts";

const problemShape = z.object({
  title: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  period: z.string().optional().catch(undefined),
  errors: z
    .array(
      z.object({
        message: z.string().optional().catch(undefined),
        code: z.number().optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
});
type Problem = z.infer<typeof problemShape>;

/** What posting needs, all three of them. */
export const NEEDED_SCOPES = ["tweet.read", "tweet.write", "users.read"] as const;
/** X's code for a repeated post, in the older of its two shapes. */
const REPEATED = 187;
const WINDOW_MS = 900_000;

export interface Circumstances {
  readonly now: Date;
  readonly scopes: readonly string[];
  /** The call could make a post visible: what is unclear about it is in doubt. */
  readonly publishing?: true;
}

function readProblem(answer: Answer): Problem {
  return problemShape.safeParse(answer.body).data ?? {};
}

/** The last path segment of the problem's type is its key; the host before it varies. */
export function problemKey(answer: Answer): string {
  const { type } = readProblem(answer);
  return type === undefined || type === "about:blank" ? "" : (type.split("/").at(-1) ?? "");
}

function told({ detail, title, errors }: Problem): string {
  const messages = errors?.map(({ message }) => message).filter(Boolean) ?? [];
  return (messages.length > 0 ? messages.join(" ") : (detail ?? title ?? "no reason given")).slice(0, 300);
}

/** An answer that no call expects as its success. */
export function toError(answer: Answer, circumstances: Circumstances): PlatformError {
  const { status } = answer;
  const problem = readProblem(answer);
  if (status === 402 || problemKey(answer).startsWith("credits")) {
    return new PlatformError("rejected", {
      code: "credits-used-up",
      message:
        "The X API credits of this service are used up. Its operator must top them up; then try again.",
      status,
      operator: true,
    });
  }
  if (status === 401) {
    return new PlatformError("reconnect-needed", {
      code: "token-refused",
      message: "X no longer accepts this connection. Reconnect the account.",
      status,
    });
  }
  if (status === 429) return rateLimited(answer, problem, circumstances.now);
  if (status === 403) return forbidden(answer, problem, circumstances.scopes);
  if (status >= 500 || status < 300) return unclear(status, circumstances);
  return new PlatformError("rejected", {
    code: status === 404 ? "not-found" : "refused",
    message: `X refused this: ${told(problem)}`,
    status,
  });
}

function unclear(status: number, { publishing }: Circumstances): PlatformError {
  return publishing
    ? new PlatformError("ambiguous", {
        code: "server-trouble",
        message: "X gave no clear answer, so it may or may not have posted this.",
        status,
      })
    : new PlatformError("transient", {
        code: "server-trouble",
        message: `X has a problem of its own (${status}).`,
        status,
      });
}

function forbidden(answer: Answer, problem: Problem, scopes: readonly string[]): PlatformError {
  const { status } = answer;
  const key = problemKey(answer);
  // X names a repeated post by its words alone, in a field of its JSON (docs/platforms/x.md, duplicates).
  const words = [problem.detail, ...(problem.errors ?? []).map(({ message }) => message)];
  if (
    problem.errors?.some(({ code }) => code === REPEATED) ||
    words.some((text) => text !== undefined && /duplicate/i.test(text))
  ) {
    return new PlatformError("duplicate", {
      code: "duplicate",
      message: "X has this very post already. Change the message to post it again.",
      status,
    });
  }
  const missing = NEEDED_SCOPES.filter((scope) => !scopes.includes(scope));
  if (key === "unsupported-authentication") {
    return new PlatformError("reconnect-needed", {
      code: "authentication-refused",
      message: "X does not accept this connection for posting. Reconnect the account.",
      status,
    });
  }
  const setUp =
    key === "oauth1-permissions" ||
    key === "client-forbidden" ||
    (key === "" && problem.detail === "Forbidden");
  if (setUp && missing.length > 0) return scopesMissing(missing, status);
  if (setUp) {
    const message =
      key === "client-forbidden"
        ? "The X app of this service has no access to posting: its operator must enrol it at X."
        : "The X app of this service may not write: its operator must give it Read and write permission, and people reconnect.";
    return new PlatformError("rejected", { code: "app-not-permitted", message, status, operator: true });
  }
  return new PlatformError("rejected", {
    code: key === "user-suspended" ? "account-suspended" : "refused",
    message: `X refused this: ${told(problem)}`,
    status,
  });
}

export function scopesMissing(missing: readonly string[], status?: number): PlatformError {
  const message = `X was not allowed what posting needs (${missing.join(", ")}). Connect the account again and allow it.`;
  return new PlatformError("reconnect-needed", {
    code: "scope-missing",
    message,
    ...(status === undefined ? {} : { status }),
  });
}

function rateLimited(answer: Answer, problem: Problem, now: Date): PlatformError {
  const { status, headers } = answer;
  if (problemKey(answer) === "usage-capped") {
    const retryAt = endOfPeriod(problem.period, now);
    return new PlatformError("rate-limited", {
      code: "usage-capped",
      message: `The X app of this service has used up its posts until ${retryAt.toISOString().slice(0, 10)}.`,
      status,
      retryAt,
      operator: true,
    });
  }
  const retryAt =
    readSpentWindow(headers, "x-user-limit-24hour") ??
    readSpentWindow(headers, "x-app-limit-24hour") ??
    readReset(headers, "x-rate-limit-reset") ??
    readRetryAfter(headers, now);
  const usable = retryAt !== undefined && retryAt > now ? retryAt : new Date(now.getTime() + WINDOW_MS);
  return new PlatformError("rate-limited", {
    code: "rate-limited",
    message: "X asks us to wait before posting more.",
    status,
    retryAt: usable,
  });
}

function readSpentWindow(headers: Headers, name: string): Date | undefined {
  return headers.get(`${name}-remaining`) === "0" ? readReset(headers, `${name}-reset`) : undefined;
}

/** Unix seconds. Absence means nothing: some answers carry no such headers. */
function readReset(headers: Headers, name: string): Date | undefined {
  const seconds = Number(headers.get(name) ?? Number.NaN);
  return Number.isFinite(seconds) ? new Date(seconds * 1_000) : undefined;
}

function endOfPeriod(period: string | undefined, now: Date): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return new Date(period === "Daily" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1));
}

const grantProblem = z.object({ error_description: z.string() });

/**
 * A refusal of the token endpoint. Only one that names the grant is about the person's connection; the others are about
 * our app's settings (docs/platforms/x.md, token errors).
 */
export function toTokenError(answer: Answer, grant: "code" | "refresh", now: Date): PlatformError {
  const { status } = answer;
  const error = readOAuthError(answer.body);
  const description = grantProblem.safeParse(answer.body).data?.error_description ?? "";
  const ours =
    status === 401 ||
    error === "invalid_client" ||
    error === "unauthorized_client" ||
    error === "unsupported_grant_type" ||
    description.startsWith("Missing required parameter");
  if (ours) {
    return new PlatformError("rejected", {
      code: "app-refused",
      message:
        "X does not accept the app of this service: its operator must check the X client id and secret.",
      status,
      operator: true,
    });
  }
  if (status !== 400 || error === undefined) return toError(answer, { now, scopes: [] });
  return grant === "refresh"
    ? new PlatformError("reconnect-needed", {
        code: "grant-dead",
        message: "X no longer renews this connection. Reconnect the account.",
        status,
      })
    : new PlatformError("rejected", {
        code: "code-refused",
        message: "X did not accept the approval; it is good for half a minute only. Please connect again.",
        status,
      });
}
