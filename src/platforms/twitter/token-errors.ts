/** Translates refusals of X’s token endpoint into our errors (docs/networks/x.md, section 1.6). */
import { say } from "../../words/words.ts";
import { readOAuthError } from "../call/oauth2.ts";
import type { Answer } from "../call/request.ts";
import { inTrouble } from "../call/trouble.ts";
import { PlatformError } from "../platform.ts";
import { toError } from "./errors.ts";

/**
 * Only a 400 about the grant concerns the person’s connection. Every other refusal concerns our app and must leave all
 * connections as they are (docs/networks/x.md, section 1.6).
 */
export function toTokenError(answer: Answer, grant: "code" | "refresh", now: Date): PlatformError {
  const { status } = answer;
  const { error, error_description } = readOAuthError(answer.body) ?? {};
  if (status === 402 || status === 429) return toError(answer, { now, granted: [], needed: [] });
  if (status >= 500 || (error === undefined && status !== 401)) return inTrouble(answer, "X", now);
  // X uses the same error name for a dead token and for a missing parameter; only its fixed sentence for the latter tells
  // them apart. Otherwise, a change at X could disconnect everybody.
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
