/** LinkedIn's refusals, each in its real shape (docs/networks/linkedin.md, sections 2, 7 and 8). */

/** Thrown by handlers; the network's onError turns it into an answer. */
export class Refusal extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`The simulated LinkedIn refuses this with ${response.status}.`);
    this.response = response;
  }
}

interface Problem {
  readonly status: number;
  readonly code?: string;
  readonly serviceErrorCode?: number;
  readonly message: string;
}

const problems = {
  "token-invalid": {
    status: 401,
    code: "INVALID_ACCESS_TOKEN",
    serviceErrorCode: 65600,
    message: "Invalid access token",
  },
  "token-revoked": {
    ...{ status: 401, code: "REVOKED_ACCESS_TOKEN", serviceErrorCode: 65601 },
    message: "The token used in the request has been revoked by the user",
  },
  "token-expired": {
    ...{ status: 401, code: "EXPIRED_ACCESS_TOKEN", serviceErrorCode: 65602 },
    message: "The token used in the request has expired",
  },
  "token-missing": {
    status: 401,
    code: "EMPTY_ACCESS_TOKEN",
    serviceErrorCode: 401,
    message: "Empty oauth2_access_token",
  },
  "permission-missing": {
    ...{ status: 403, code: "ACCESS_DENIED", serviceErrorCode: 100 },
    message: "Not enough permissions to access: partnerApiPostsExternal.CREATE.20260901",
  },
  "reading-denied": {
    ...{ status: 403, code: "ACCESS_DENIED", serviceErrorCode: 100 },
    message: "Not enough permissions to access: partnerApiPostsExternal.GET.20260901",
  },
  "userinfo-denied": {
    ...{ status: 403, code: "ACCESS_DENIED", serviceErrorCode: 100 },
    message: "Not enough permissions to access: userinfo.GET.NO_VERSION",
  },
  "foreign-author": {
    ...{ status: 403, code: "ACCESS_DENIED", serviceErrorCode: 100 },
    message:
      "Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/author]",
  },
  "version-missing": {
    ...{ status: 400, code: "VERSION_MISSING" },
    message: "A version must be present. Please specify a version by adding the Linkedin-Version header.",
  },
  "protocol-missing": {
    status: 400,
    code: "INVALID_REQUEST",
    message: "X-Restli-Protocol-Version must be 2.0.0",
  },
  "image-waiting": {
    status: 400,
    code: "MEDIA_ASSET_WAITING_UPLOAD",
    message: "The media asset is waiting for its upload",
  },
  "image-failed": {
    status: 400,
    code: "MEDIA_ASSET_PROCESSING_FAILED",
    message: "The media asset could not be processed",
  },
  "image-invalid": { status: 400, code: "INVALID_IMAGE_ID", message: "The image id is invalid" },
  "upload-expired": { status: 400, code: "EXPIRED_UPLOAD_URL", message: "The upload URL has expired" },
  "urn-type": { status: 400, code: "INVALID_URN_TYPE", message: "The URN has the wrong type" },
  "urn-id": { status: 400, code: "INVALID_URN_ID", message: "The URN has an invalid id" },
  "not-found": { status: 404, code: "NOT_FOUND", message: "Not Found" },
  conflict: { status: 409, code: "CONFLICT", message: "A write conflict occurred. Retry the request." },
  unprocessable: {
    status: 422,
    code: "UNPROCESSABLE_ENTITY",
    message: "ERROR :: /commentary :: field is required but not found and has no default value",
  },
  "member-day": {
    ...{ status: 429, serviceErrorCode: 101, code: "TOO_MANY_REQUESTS" },
    message: "Resource level throttle MEMBER DAY limit for calls to this resource is reached.",
  },
  "app-day": {
    ...{ status: 429, serviceErrorCode: 101, code: "TOO_MANY_REQUESTS" },
    message: "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.",
  },
  throttled: {
    ...{ status: 429, serviceErrorCode: 101 },
    message: "Resource level throttle limit for calls to this resource is reached.",
  },
  "internal-error": { status: 500, code: "INTERNAL_SERVER_ERROR", message: "Internal Server Error" },
  unavailable: { status: 503, code: "SERVICE_UNAVAILABLE", message: "Service Unavailable" },
  "gateway-timeout": { status: 504, code: "GATEWAY_TIMEOUT", message: "Gateway Timeout" },
} as const satisfies Record<string, Problem>;

export type ProblemName = keyof typeof problems;
export const problemNames = Object.keys(problems) as ProblemName[];

export function answerProblem(name: ProblemName): Response {
  return answer(problems[name]);
}

function answer(problem: Problem): Response {
  const headers = { "x-li-uuid": crypto.randomUUID(), "x-li-fabric": "prod-lva1" };
  return Response.json(problem, { status: problem.status, headers });
}

export function refusal(name: ProblemName): Refusal {
  return new Refusal(answerProblem(name));
}

export function refuseField(code: string, message: string): Refusal {
  return new Refusal(answer({ status: 400, code, message }));
}

export function unknownField(path: string): Refusal {
  const message = `ERROR :: ${path} :: unrecognized field found but not allowed`;
  return new Refusal(answer({ status: 422, code: "UNPROCESSABLE_ENTITY", message }));
}

/** A version that is not served; LinkedIn's message includes the day. */
export function inactiveVersion(version: string, status: number): Refusal {
  const message = `Requested version ${version}01 is not active`;
  return new Refusal(answer({ status, code: "NONEXISTENT_VERSION", message }));
}

/** The recorded format. */
export function duplicateOf(urn: string): Refusal {
  const body = {
    errorDetailType: "com.linkedin.common.error.BadRequest",
    message: `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`,
    errorDetails: {
      inputErrors: [{ description: "Duplicate post is detected", input: {}, code: "DUPLICATE_POST" }],
    },
    status: 422,
  };
  return new Refusal(Response.json(body, { status: 422 }));
}

/** The format of the OAuth endpoints. */
export function oauthRefusal(status: 400 | 401, error: string, description: string): Refusal {
  return new Refusal(Response.json({ error, error_description: description }, { status }));
}
