/** What the refusals of an account’s server mean (docs/networks/bluesky.md, section 6). */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { type Answer, readRetryAfter } from "../call/request.ts";
import { inTrouble } from "../call/trouble.ts";
import { PlatformError, type PlatformErrorKind } from "../platform.ts";
import { hostOf } from "./identity/server.ts";

const MINUTE_MS = 60_000;
const errorShape = z.object({ error: z.string(), message: z.string().optional().catch(undefined) });

/** The stable name of an error; messages change. */
export function errorNameOf({ body }: Answer): string | undefined {
  return errorShape.safeParse(body).data?.error;
}

/** @param server the origin that answered */
export function toError(answer: Answer, server: string, now: Date): PlatformError {
  const { status, body, headers } = answer;
  const host = hostOf(server);
  const told = errorShape.safeParse(body).data;
  const said = told?.message === undefined ? "" : ` (${told.message})`;
  const error = (kind: PlatformErrorKind, code: string, message: Told) =>
    new PlatformError(kind, { code, message, status });
  if (status === 429)
    return new PlatformError("rate-limited", {
      ...{ code: "rate-limited", status },
      message: say("Bluesky’s server {host} accepts no more posts from this account for now.", { host }),
      retryAt: readRetryAfter(headers, now) ?? readReset(headers, now) ?? new Date(now.getTime() + MINUTE_MS),
    });
  if (told === undefined || status >= 500)
    return inTrouble(answer, say("Bluesky’s server {host}", { host }), now);
  switch (told.error) {
    case "invalid_token":
    case "InvalidToken":
    case "ExpiredToken":
    case "AuthMissing":
    case "AuthRequired":
    case "AuthenticationRequired":
      return error(
        "reconnect-needed",
        "token-refused",
        say("Bluesky no longer accepts this connection. Reconnect the account."),
      );
    case "invalid_dpop_proof":
      return new PlatformError("transient", {
        ...{ code: "proof-refused", status, operator: true },
        message: say("{host} did not accept our proof{said}. The clock of this service may be wrong.", {
          host,
          said,
        }),
      });
    case "insufficient_scope":
    case "ScopeMissingError":
      return error(
        "reconnect-needed",
        "scope-missing",
        say("Bluesky did not give us the permission to post. Reconnect the account and allow it."),
      );
    case "AccountDeactivated":
    case "AccountTakedown":
    case "AccountSuspended":
    case "AccountNotFound":
    case "RepoDeactivated":
    case "RepoTakendown":
    case "RepoSuspended":
    case "RepoNotFound":
      return barred(told.error);
    case "PayloadTooLarge":
      return error("rejected", "too-large", say("The picture is too large for {host}.", { host }));
  }
  if (status === 401)
    return error(
      "reconnect-needed",
      "token-refused",
      say("Bluesky no longer accepts this connection. Reconnect the account."),
    );
  return error(
    "rejected",
    "refused",
    say("{host} refused this{said}.", { host, said: said === "" ? ` (${told.error})` : said }),
  );
}

/** The account cannot be used where we look for it. @param status "AccountDeactivated", or "deactivated" */
export function barred(status: string): PlatformError {
  const { code, message } = /deactivated/i.test(status)
    ? {
        code: "account-deactivated",
        message: say(
          "This Bluesky account is deactivated. Activate it in Bluesky’s settings, then reconnect it.",
        ),
      }
    : /takedown|takendown|suspended/i.test(status)
      ? {
          code: "account-suspended",
          message: say("Bluesky has suspended this account. Ask its moderators, then reconnect it."),
        }
      : {
          code: "account-gone",
          message: say("This Bluesky account no longer exists on its server. If you moved it, reconnect it."),
        };
  return new PlatformError("reconnect-needed", { code, message });
}

/** The account may have moved to another server. */
export function mayHaveMoved(error: unknown): boolean {
  if (!(error instanceof PlatformError)) return false;
  const isUnreachable = error.kind === "transient" && error.status === undefined;
  return isUnreachable || ["account-deactivated", "account-gone", "token-refused"].includes(error.code);
}

export function hasMoved(server: string): PlatformError {
  const message = say("This Bluesky account has moved to {host}. Reconnect it.", { host: hostOf(server) });
  return new PlatformError("reconnect-needed", { code: "account-moved", message });
}

/** In Unix seconds. */
function readReset(headers: Headers, now: Date): Date | undefined {
  const seconds = Number(headers.get("ratelimit-reset") ?? Number.NaN);
  const at = seconds * 1_000;
  return Number.isSafeInteger(seconds) && at > now.getTime()
    ? new Date(Math.min(at, now.getTime() + 86_400_000))
    : undefined;
}
