/** Threads' own refusals, each in its real shape (docs/networks/threads.md, errors). */
import { GraphRefusal, graphError } from "../meta/errors.ts";

interface Problem {
  /** Default: 400. */
  readonly status?: number;
  readonly code: number;
  readonly subcode?: number;
  readonly message: string;
  /** The message for people. */
  readonly title?: string;
  readonly words?: string;
}

const missing = "The requested resource does not exist";
const notFetched = {
  subcode: 2207052,
  message: "The media could not be fetched from this URI.",
  title: "Media Download Failed",
  words: "The media could not be fetched from this URI.",
} as const;

const problems = {
  "container-not-found": {
    code: 24,
    subcode: 4279009,
    message: missing,
    title: "Media Not Found",
    words: "The media with id 18079098539304490 cannot be found.",
  },
  "media-not-fetched": { code: 9004, ...notFetched },
  "media-not-fetched-1": { code: 1, ...notFetched },
  "action-blocked": {
    status: 403,
    code: 4,
    subcode: 2207051,
    message: "Application request limit reached",
    title: "Action is blocked",
    words: "We restrict certain activity to protect our community.",
  },
  "user-restricted": {
    code: 10,
    subcode: 4279013,
    message: "The user is restricted",
    title: "User Restricted",
    words: "This account is restricted. Open the Threads app to see why.",
  },
  "daily-limit": {
    code: 9,
    subcode: 2207042,
    message: "Application request limit reached",
    title: "Daily limit",
    words: "The user has reached the maximum number of posts within 24 hours.",
  },
  "text-too-long": { code: 100, message: "Param text must be at most 500 characters long" },
  "too-many-links": {
    code: 100,
    message: "THREADS_API__LINK_LIMIT_EXCEEDED: a post has at most 5 different links",
  },
  "feature-not-available": {
    code: 100,
    message: "THREADS_API__FEATURE_NOT_AVAILABLE: not available for this profile",
  },
  "dead-token": { code: 100, message: missing },
  "not-there": {
    code: 100,
    subcode: 33,
    message: "Unsupported request. It does not exist, or you lack the permission to load it.",
  },
  "permission-missing": {
    status: 403,
    code: 10,
    message: "(#10) Application does not have permission for this action",
  },
  "permission-removed": { status: 403, code: 200, message: "(#200) Permissions error" },
  "token-missing": { code: 104, message: "An access token is required to request this resource." },
  "token-unreadable": { code: 190, message: "Invalid OAuth access token - Cannot parse access token" },
  "app-removed": {
    code: 190,
    subcode: 458,
    message: "Error validating access token: The user has not authorized the application.",
  },
  "session-ended": {
    code: 190,
    subcode: 460,
    message: "Error validating access token: The session ended, as the password was changed.",
  },
  "token-expired": {
    code: 190,
    subcode: 463,
    message: "Error validating access token: The session has expired.",
  },
  "session-invalid": {
    code: 190,
    subcode: 467,
    message: "Error validating access token: The session is invalid, as the user logged out.",
  },
  "app-limit": { status: 403, code: 4, message: "(#4) Application request limit reached" },
  "user-limit": { code: 17, message: "(#17) User request limit reached" },
  "page-limit": { code: 32, message: "(#32) Page request limit reached" },
  "custom-limit": { code: 613, message: "(#613) Calls to this api have exceeded the rate limit." },
  "policy-block": { code: 368, message: "The action attempted has been deemed abusive or is disallowed" },
  "unknown-error": { status: 500, code: 1, message: "An unknown error occurred" },
  "service-down": {
    status: 500,
    code: 2,
    message: "An unexpected error has occurred. Please retry your request later.",
  },
  "unknown-path": { code: 2500, message: "Unknown path components" },
} as const satisfies Record<string, Problem>;

export type ProblemName = keyof typeof problems;

const names: readonly string[] = Object.keys(problems);

export function isProblemName(name: string): name is ProblemName {
  return names.includes(name);
}

/** @param words replaces the problem's text for the person */
export function answerProblem(name: ProblemName, words?: string): Response {
  const problem: Problem = problems[name];
  const { status = 400, code, subcode, message, title } = problem;
  const userMessage = words ?? problem.words;
  return graphError({
    ...{ status, code, message },
    ...(name === "not-there" && { type: "GraphMethodException" }),
    ...(subcode !== undefined && { subcode }),
    ...(title !== undefined && { isTransient: false, userTitle: title }),
    ...(userMessage !== undefined && { userMessage }),
  });
}

/** Thrown by handlers. */
export function refusal(name: ProblemName): GraphRefusal {
  return new GraphRefusal(answerProblem(name));
}

/** A container that is unknown, or not known yet. */
export function containerNotFound(id: string): GraphRefusal {
  return new GraphRefusal(answerProblem("container-not-found", `The media with id ${id} cannot be found.`));
}

const endings: Readonly<Record<number, ProblemName>> = {
  458: "app-removed",
  460: "session-ended",
  463: "token-expired",
  467: "session-invalid",
};

/** The refusal of a token that the person ended, by subcode of 190. */
export function endedToken(subcode: number): GraphRefusal {
  return refusal(endings[subcode] ?? "token-unreadable");
}

/** Code 100, where only the message names the problem. */
export function invalidParameter(message: string): GraphRefusal {
  return new GraphRefusal(graphError({ status: 400, message, code: 100 }));
}
