/** What the refusals of an authorization server mean (docs/networks/bluesky.md, section 6). */
import { say, type Told } from "../../../words/words.ts";
import { readOAuthError } from "../../call/oauth2.ts";
import { type Answer, readRetryAfter } from "../../call/request.ts";
import { inTrouble } from "../../call/trouble.ts";
import { PlatformError, type PlatformErrorKind } from "../../platform.ts";
import { hostOf } from "../identity/server.ts";

const MINUTE_MS = 60_000;

/** @param step which request was refused */
export function toOAuthError(
  answer: Answer,
  {
    issuer,
    step,
    now,
  }: { readonly issuer: string; readonly step: "start" | "code" | "refresh" | "revoke"; readonly now: Date },
): PlatformError {
  const { status, body } = answer;
  const host = hostOf(issuer);
  const told = readOAuthError(body);
  const said = told?.error_description === undefined ? "" : ` (${told.error_description})`;
  const error = (kind: PlatformErrorKind, code: string, message: Told, operator?: true) =>
    new PlatformError(kind, { code, message, status, ...(operator && { operator }) });
  if (status === 429)
    return new PlatformError("rate-limited", {
      ...{ code: "rate-limited", status },
      message: say("{host} has had too many requests. We will try again later.", { host }),
      retryAt: readRetryAfter(answer.headers, now) ?? new Date(now.getTime() + MINUTE_MS),
    });
  if (told === undefined || status >= 500) return inTrouble(answer, host, now);
  switch (told.error) {
    case "invalid_client":
    case "invalid_client_metadata":
      return error(
        step === "start" ? "rejected" : "transient",
        "app-refused",
        say(
          "{host} could not read from this service what it is{said}. Its public address must be reachable from there.",
          { host, said },
        ),
        true,
      );
    case "invalid_grant":
      if (step === "code")
        return error(
          "rejected",
          "code-refused",
          say("{host} did not accept the authorization. Connect again.", { host }),
        );
      return error(
        "reconnect-needed",
        "token-refused",
        say("{host} has ended our permission. Reconnect the account.", { host }),
      );
    case "invalid_dpop_proof":
      return error(
        "transient",
        "proof-refused",
        say("{host} did not accept our proof{said}. The clock of this service may be wrong.", { host, said }),
        true,
      );
    case "access_denied":
      return error("declined", "declined", say("You declined."));
    default:
      return error(
        step === "refresh" ? "transient" : "rejected",
        "refused",
        say("{host} refused this{said}.", { host, said: said === "" ? ` (${told.error})` : said }),
      );
  }
}
