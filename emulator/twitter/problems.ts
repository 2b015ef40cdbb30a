/** X's refusals, word for word where they are known (docs/networks/x.md, section 7). */
import type { Switches } from "./memory.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export interface Problem {
  readonly status: 400 | 401 | 402 | 403 | 404 | 429 | 500 | 503;
  readonly body: { [key: string]: Json };
}

/** Thrown by handlers; caller.ts turns it into an answer. */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(`Refused with ${problem.status}.`);
    this.problem = problem;
    this.headers = headers;
  }
}

type Origin = Switches["problemOrigin"];

function plain(status: Problem["status"], title: string, detail: string): Problem {
  return { status, body: { title, type: "about:blank", status, detail } };
}

function forbidden(detail: string): Problem {
  return plain(403, "Forbidden", detail);
}

export interface InvalidParameter {
  readonly message: string;
  readonly parameters?: { [name: string]: string[] };
}

/** The 400 for parameters that X does not accept. */
export function invalidRequest(origin: Origin, ...errors: readonly InvalidParameter[]): Problem {
  return {
    status: 400,
    body: {
      errors: errors.map(({ message, parameters }) => ({ ...(parameters && { parameters }), message })),
      title: "Invalid Request",
      detail: "One or more parameters to your request was invalid.",
      type: `${origin}/2/problems/invalid-request`,
    },
  };
}

export function tooLong(origin: Origin): Problem {
  const message =
    "Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text.";
  return invalidRequest(origin, { message });
}

export function notFound(origin: Origin, resource: "tweet" | "user", id: string): Problem {
  return {
    status: 404,
    body: {
      errors: [
        {
          value: id,
          detail: `Could not find ${resource} with id: [${id}].`,
          title: "Not Found Error",
          resource_type: resource,
          parameter: "id",
          resource_id: id,
          type: `${origin}/2/problems/resource-not-found`,
        },
      ],
    },
  };
}

/** Refusals that need only a name: thrown by endpoints and planned through the control API. */
const namedProblems = {
  unauthorized: () => plain(401, "Unauthorized", "Unauthorized"),
  "credits-older": () => ({
    status: 402,
    body: {
      title: "CreditsDepleted",
      detail: "Your enrolled account [1234567890] does not have any credits to fulfill this request.",
      type: "https://api.twitter.com/2/problems/credits",
    },
  }),
  "credits-newer": () => ({
    status: 402,
    body: {
      title: "Payment Required",
      detail: "credits depleted",
      status: 402,
      type: "https://api.x.com/2/problems/credits-depleted",
    },
  }),
  duplicate: () => forbidden("You are not allowed to create a Tweet with duplicate content."),
  "not-permitted": () => forbidden("You are not permitted to perform this action."),
  "scope-missing": () => forbidden("Forbidden"),
  cashtags: () => forbidden("Posts are limited to a maximum of one cashtag"),
  "account-locked": () =>
    forbidden("Your account is temporarily locked. Please log in to https://x.com to unlock your account."),
  "reply-to-missing": () =>
    forbidden("You attempted to reply to a Tweet that is deleted or not visible to you."),
  "unsupported-authentication": (origin) => ({
    status: 403,
    body: {
      title: "Unsupported Authentication",
      detail:
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint. Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
      type: `${origin}/2/problems/unsupported-authentication`,
      status: 403,
    },
  }),
  "client-forbidden": (origin) => ({
    status: 403,
    body: {
      client_id: "12345678",
      detail:
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.",
      registration_url: "https://developer.twitter.com/en/docs/projects/overview",
      title: "Client Forbidden",
      required_enrollment: "Appropriate Level of API Access",
      reason: "client-not-enrolled",
      type: `${origin}/2/problems/client-forbidden`,
    },
  }),
  "oauth1-permissions": (origin) => ({
    status: 403,
    body: {
      title: "Forbidden",
      status: 403,
      detail:
        "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
      type: `${origin}/2/problems/oauth1-permissions`,
    },
  }),
  "reply-or-quote": (origin) => ({
    status: 403,
    body: {
      title: "Authorization Error",
      status: 403,
      detail: "You can only reply to or quote posts where you are mentioned or are the author.",
      type: `${origin}/2/problems/not-authorized-for-resource`,
    },
  }),
  "user-suspended": (origin) => ({
    status: 403,
    body: {
      title: "Forbidden",
      status: 403,
      detail: "The user used for authentication is suspended",
      type: `${origin}/2/problems/user-suspended`,
    },
  }),
  "too-many-requests": () => plain(429, "Too Many Requests", "Too Many Requests"),
  "rate-limit-exceeded": () => ({
    status: 429,
    body: { errors: [{ code: 88, message: "Rate limit exceeded" }] },
  }),
  "usage-capped": (origin) => ({
    status: 429,
    body: {
      account_id: 1234567890,
      product_name: "standard-basic",
      title: "UsageCapExceeded",
      period: "Monthly",
      scope: "Product",
      detail: "Usage cap exceeded: Monthly product cap",
      type: `${origin}/2/problems/usage-capped`,
    },
  }),
  "internal-error": () =>
    plain(
      500,
      "Internal Server Error",
      "Something is broken. This is usually a temporary error, for example in a high load situation or if an endpoint is temporarily having issues.",
    ),
  unavailable: () => plain(503, "Service Unavailable", "Service Unavailable"),
} satisfies Record<string, (origin: Origin) => Problem>;

export type ProblemName = keyof typeof namedProblems;
export const problemNames = Object.keys(namedProblems) as ProblemName[];

export function namedProblem(name: ProblemName, origin: Origin): Problem {
  return namedProblems[name](origin);
}

/** X sends problems as application/problem+json and its older format as JSON. */
export function contentTypeOf({ body }: Problem): string {
  return "errors" in body ? "application/json; charset=utf-8" : "application/problem+json";
}
