/** Bluesky's refusals: those of calls (`error` and `message`) and those of OAuth (`error` and `error_description`). */

/** Thrown by handlers; `answerRefusal` turns it into an answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    body: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`The simulated Bluesky refuses this with ${status}.`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  response(): Response {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }
}

/** A refused call. */
export function refusal(status: number, error: string, message: string): Refusal {
  return new Refusal(status, { error, message });
}

export function invalidRequest(message: string): Refusal {
  return refusal(400, "InvalidRequest", message);
}

/** A refusal of an OAuth endpoint: 400 for all errors that it can return. */
export function oauthRefusal(error: string, description: string): Refusal {
  return new Refusal(400, { error, error_description: description });
}

export function invalidGrant(description: string): Refusal {
  return oauthRefusal("invalid_grant", description);
}

const problems = {
  "token-expired": refusal(401, "invalid_token", '"exp" claim timestamp check failed'),
  "token-invalid": refusal(401, "invalid_token", "Invalid token"),
  "scope-missing": refusal(
    403,
    "ScopeMissingError",
    'Missing required scope "repo:app.bsky.feed.post?action=create"',
  ),
  deactivated: refusal(401, "AccountDeactivated", "Account is deactivated"),
  "taken-down": refusal(401, "AccountTakedown", "Account has been taken down"),
  "account-missing": refusal(403, "AccountNotFound", "Account not found"),
  "invalid-record": invalidRequest(
    "Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301) at $.record.text",
  ),
  "blob-missing": refusal(400, "BlobNotFound", "Could not find blob: bafkreiaaaa"),
  "invalid-swap": refusal(400, "InvalidSwap", "Record was at bafyreiaaaa"),
  "too-large": refusal(413, "PayloadTooLarge", "request entity too large"),
  "rate-limit": refusal(429, "RateLimitExceeded", "Rate Limit Exceeded"),
  "internal-error": refusal(500, "InternalServerError", "Internal Server Error"),
  "upstream-failure": refusal(502, "UpstreamFailure", "Upstream Failure"),
  "not-enough-resources": refusal(503, "NotEnoughResources", "Not Enough Resources"),
  "upstream-timeout": refusal(504, "UpstreamTimeout", "Upstream Timeout"),
  "invalid-grant": invalidGrant("Invalid refresh token"),
  "replayed-grant": invalidGrant("Refresh token replayed"),
  "invalid-client": oauthRefusal("invalid_client", 'Validation of "client_assertion" failed'),
  "invalid-client-metadata": oauthRefusal(
    "invalid_client_metadata",
    "Unable to obtain client metadata for the client",
  ),
  "server-error": new Refusal(500, { error: "server_error", error_description: "Server error" }),
} as const;

export type ProblemName = keyof typeof problems;
export const problemNames = Object.keys(problems) as ProblemName[];

/** A refusal by name. */
export function namedRefusal(name: ProblemName): Refusal {
  return problems[name];
}
