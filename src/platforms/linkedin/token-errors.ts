/** Translates refusals of LinkedIn’s token endpoints into our errors (docs/networks/linkedin.md, section 2). */
import { say } from "../../words/words.ts";
import { readOAuthError } from "../call/oauth2.ts";
import type { Answer } from "../call/request.ts";
import { inTrouble } from "../call/trouble.ts";
import { PlatformError } from "../platform.ts";
import { readProblem } from "./problem.ts";
import { rateLimited } from "./rate-limits.ts";

/**
 * A refusal that concerns our app must leave all connections as they are. Only its fixed sentence tells it apart from a
 * dead grant with the same error name.
 * @param grant what we presented; "none" if the endpoint reports a dead token in another way
 */
export function toTokenError(answer: Answer, grant: "code" | "refresh" | "none", now: Date): PlatformError {
  const { status } = answer;
  const { error, error_description: words = "" } = readOAuthError(answer.body) ?? {};
  if (status === 429) return rateLimited(readProblem(answer), { now });
  if (status >= 500 || status < 300 || (error === undefined && status !== 401))
    return inTrouble(answer, "LinkedIn", now);
  const isAboutGrant =
    error === "invalid_request" || error === "invalid_redirect_uri" || error === "invalid_grant";
  if (grant === "none" || !isAboutGrant || /^A required parameter "/.test(words)) {
    return new PlatformError("rejected", {
      code: "app-refused",
      message: say(
        "LinkedIn does not accept the app of this service: its operator must check the client id and secret.",
      ),
      status,
      operator: true,
    });
  }
  if (grant === "refresh") {
    const message = say("LinkedIn no longer renews this connection. Reconnect the account.");
    return new PlatformError("reconnect-needed", { code: "grant-dead", message, status });
  }
  const message = say("LinkedIn did not accept the authorization. Connect again. {words}", {
    words: words.slice(0, 300),
  });
  return new PlatformError("rejected", { code: "code-refused", message, status });
}
