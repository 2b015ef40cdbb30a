/** Facebook's own refusals, each in its real shape (docs/networks/facebook.md, errors). */
import { GraphRefusal, graphError } from "../meta/errors.ts";

interface Problem {
  readonly status: number;
  readonly code: number;
  readonly subcode?: number;
  /** The message for developers. */
  readonly message: string;
  readonly type?: string;
  readonly isTransient?: boolean;
  readonly userTitle?: string;
  readonly userMessage?: string;
}

const problems = {
  "app-removed": dead(458, "Error validating access token: The user has not authorized application {app}."),
  checkpoint: dead(
    459,
    "Error validating access token: You cannot access the app till you log in to www.facebook.com and follow the instructions given.",
  ),
  "unconfirmed-user": dead(
    464,
    "Error validating access token: Sessions for the user are not allowed because the user is not a confirmed user.",
  ),
  "session-ended": dead(
    460,
    "Error validating access token: The session has been invalidated because the user changed their password.",
  ),
  "token-expired": dead(463, "Error validating access token: Session has expired{times}."),
  "token-invalid": dead(
    467,
    "Error validating access token: The session is invalid because the user logged out.",
  ),
  "role-lost": dead(
    492,
    "Error validating access token: The user does not have a suitable role on the Page.",
  ),
  "session-error": dead(490, "Error validating access token: The session is not valid for this application."),
  "token-unreadable": {
    status: 400,
    code: 190,
    message: "Invalid OAuth access token - Cannot parse access token",
  },
  impersonation: {
    ...{ status: 400, code: 190 },
    message:
      "Any of the pages_read_engagement, pages_manage_metadata permission(s) must be granted before impersonating a user's page.",
  },
  "session-key": { status: 400, code: 102, message: "Session key invalid or no longer valid" },
  "token-missing": {
    status: 400,
    code: 104,
    message: "An access token is required to request this resource.",
  },
  "permission-missing": {
    ...{ status: 403, code: 200 },
    message:
      "(#200) If posting to a group, requires app being installed in the group, and either publish_to_groups permission with user token, or both pages_read_engagement and pages_manage_posts permission with page token; If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient administrative permission",
  },
  "permission-denied": {
    status: 403,
    code: 10,
    message: "(#10) Application does not have permission for this action",
  },
  capability: {
    status: 400,
    code: 3,
    message: "(#3) Application does not have the capability to make this API call.",
  },
  "app-unknown": {
    status: 400,
    code: 101,
    message: "Error validating application. Cannot get application info due to a system error.",
  },
  "secret-wrong": { status: 400, code: 1, message: "Error validating client secret." },
  "app-limit": { status: 403, code: 4, message: "(#4) Application request limit reached" },
  "user-limit": { status: 400, code: 17, message: "(#17) User request limit reached" },
  "page-limit": { status: 400, code: 32, message: "(#32) Page request limit reached" },
  "custom-limit": {
    status: 400,
    code: 613,
    message: "(#613) Calls to this api have exceeded the rate limit.",
  },
  "page-budget": {
    status: 400,
    code: 80001,
    message: "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
  },
  "feed-limit": { status: 400, code: 341, message: "(#341) Feed action request limit reached" },
  "too-fast": {
    ...{ status: 400, code: 368, subcode: 1390008 },
    message: "(#368) The action attempted has been deemed abusive or is otherwise disallowed",
    userTitle: "You can't use this feature right now",
    userMessage:
      "We limit how often you can post, comment or do other things in a given amount of time in order to help protect the community from spam. You can try again later.",
  },
  abusive: {
    status: 400,
    code: 368,
    message: "The action attempted has been deemed abusive or is otherwise disallowed",
  },
  "security-check": {
    status: 400,
    code: 368,
    subcode: 1404006,
    message: "The action attempted has been deemed abusive or is otherwise disallowed",
    userMessage: "A security check is required to proceed.",
  },
  "account-limited": {
    status: 400,
    code: 368,
    subcode: 1404112,
    message: "The action attempted has been deemed abusive or is otherwise disallowed",
    userMessage: "For security reasons your account has limited access to the site for a few days.",
  },
  "posted-already": {
    status: 400,
    code: 368,
    message: "(#368) You've already posted this. Try posting something different.",
  },
  duplicate: { status: 400, code: 506, message: "(#506) Duplicate status message" },
  unscrapable: {
    status: 400,
    code: 1609005,
    message: "(#1609005) There was a problem scraping data from the provided link.",
  },
  "unscrapable-subcode": {
    status: 400,
    code: 100,
    subcode: 1609005,
    message: "Invalid parameter",
    userMessage: "There was a problem scraping data from the provided link.",
  },
  "bad-link": { status: 400, code: 1500, message: "The url you supplied is invalid" },
  "bad-link-parameter": { status: 400, code: 100, subcode: 1500, message: "The url you supplied is invalid" },
  "own-link": {
    status: 400,
    code: 100,
    subcode: 1609008,
    message: "Invalid parameter",
    userMessage: "Links to Facebook cannot be posted.",
  },
  "empty-post": { status: 400, code: 100, subcode: 1349125, message: "(#100) Missing message or attachment" },
  "not-there": missing("{method}"),
  "delete-not-there": missing("delete"),
  "bad-photo": {
    status: 400,
    code: 100,
    subcode: 1366046,
    message: "Invalid parameter",
    userMessage:
      "Your photos couldn't be uploaded. Photos should be smaller than 4 MB and saved as JPG or PNG.",
  },
  "page-authorization": {
    status: 400,
    code: 100,
    subcode: 1404078,
    message: "Invalid parameter",
    userMessage: "You need to complete Page Publishing Authorization.",
  },
  identity: {
    status: 400,
    code: 100,
    subcode: 4854002,
    message: "Invalid parameter",
    userMessage: "Confirm your identity before you can publish as this Page.",
  },
  "unknown-error": { status: 500, code: 1, message: "An unknown error occurred" },
  "unknown-with-post": { status: 500, code: 1, subcode: 99, message: "An unknown error occurred" },
  "service-down": {
    status: 500,
    code: 2,
    message: "An unexpected error has occurred. Please retry your request later.",
    isTransient: true,
  },
  "save-failed": {
    status: 400,
    code: 1363047,
    message: "(#1363047) There was a problem saving your post. Please try again.",
  },
  "link-failed": { status: 400, code: 1609010, message: "(#1609010) There was a problem with this link." },
  "proof-wrong": {
    status: 400,
    code: 100,
    type: "GraphMethodException",
    message: "Invalid appsecret_proof provided in the API argument",
  },
  "proof-missing": {
    status: 400,
    code: 100,
    type: "GraphMethodException",
    message: "API calls from the server require an appsecret_proof argument",
  },
  "code-used": { status: 400, code: 100, subcode: 36009, message: "This authorization code has been used." },
  "code-expired": { status: 400, code: 100, subcode: 36007, message: "This authorization code has expired." },
  "redirect-differs": {
    ...{ status: 400, code: 100, subcode: 36008 },
    message:
      "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
  },
  "code-invalid": { status: 400, code: 100, message: "Invalid verification code format." },
  "me-without-token": {
    ...{ status: 400, code: 2500 },
    message: "An active access token must be used to query information about the current user.",
  },
} as const satisfies Record<string, Problem>;

export type ProblemName = keyof typeof problems;
export const problemNames = Object.keys(problems) as ProblemName[];

/** Missing and forbidden objects get the same answer. */
function missing(method: string): Problem {
  return {
    ...{ status: 400, code: 100, subcode: 33, type: "GraphMethodException" },
    message: `Unsupported ${method} request. Object with {object} does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
  };
}

function dead(subcode: number, message: string): Problem {
  return { status: 400, code: 190, subcode, message };
}

/** Values for the message, if known. */
const unnamed = { app: "138483919580948", times: "", method: "get", object: "this ID" };
type Named = Partial<typeof unnamed>;

export function answerProblem(name: ProblemName, named: Named = {}): Response {
  const problem: Problem = problems[name];
  const words = Object.entries({ ...unnamed, ...named });
  const message = words.reduce((text, [key, word]) => text.replace(`{${key}}`, word), problem.message);
  return graphError({ ...problem, message });
}

/** Thrown by handlers. */
export function refusal(name: ProblemName, named: Named = {}): GraphRefusal {
  return new GraphRefusal(answerProblem(name, named));
}

export function notThere(method: "get" | "post" | "delete", id: string | undefined): GraphRefusal {
  return refusal("not-there", { method, object: `ID '${id}'` });
}

/** Code 100, where only the message names the problem. */
export function invalidParameter(message: string): GraphRefusal {
  return new GraphRefusal(graphError({ status: 400, code: 100, message: `(#100) ${message}` }));
}

export function unknownPath(path: string): GraphRefusal {
  const components = path.replace(/^\/v\d+\.\d+(?=\/)/, "");
  return new GraphRefusal(
    graphError({ status: 400, code: 2500, message: `Unknown path components: ${components}` }),
  );
}

/** The refusal of a token that was ended before its expiry, by subcode of 190. */
export function endedToken(subcode: number, named: Named = {}): GraphRefusal {
  const name = problemNames.find((candidate) => {
    const { code, subcode: own }: Problem = problems[candidate];
    return code === 190 && own === subcode;
  });
  return refusal(name ?? "token-unreadable", named);
}

/** As in "Session has expired on Friday, 31-Oct-26 11:00:00 PDT." */
export function tellTimes(expiredAt: Date, now: Date): string {
  return ` on ${tellTime(expiredAt)}. The current time is ${tellTime(now)}`;
}

const clock = new Intl.DateTimeFormat("en-US", {
  ...{ timeZone: "America/Los_Angeles", weekday: "long", day: "2-digit", month: "short", year: "2-digit" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" },
});

function tellTime(time: Date): string {
  const parts = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, value]));
  const { weekday, day, month, year, hour, minute, second, timeZoneName } = parts;
  return `${weekday}, ${day}-${month}-${year} ${hour}:${minute}:${second} ${timeZoneName}`;
}
