/** What the error codes that Facebook, Instagram and Threads share mean. */
import { part, say, type Told } from "../../words/words.ts";
import { type Answer, readRetryAfter } from "../call/request.ts";
import { inTrouble, redirected } from "../call/trouble.ts";
import { PlatformError } from "../platform.ts";
import { type GraphError, readGraphError, readWords } from "./graph-error.ts";
import { readRegainMs } from "./usage.ts";

export interface Circumstances {
  /** "Facebook" */
  readonly label: string;
  readonly now: Date;
}

const HOUR_MS = 3_600_000;

/** docs/networks/facebook.md, section 6: the token is missing, malformed, expired or revoked. */
const DEAD_TOKEN = [190, 102, 104];
/** Rate limits (docs/networks/facebook.md, section 4). */
const LIMITS = [4, 17, 32, 341, 613, 80001, 80002];
/** The limits that count all calls of an app. */
const APP_LIMITS = [4, 341];
/** docs/networks/facebook.md, section 6: faults of our calls or of the app's settings, for the operator to fix. */
const OUR_FAULT = [3, 101, 2500];

/**
 * Turns an unsuccessful answer into an error, by the codes that the three networks share. Callers handle the codes of
 * one network first. Callers that publish turn `transient` into `ambiguous` themselves.
 */
export function judgeGraphAnswer(answer: Answer, circumstances: Circumstances): PlatformError {
  const { label, now } = circumstances;
  const { status } = answer;
  const error = readGraphError(answer);
  if (error === undefined && status === 429) return limited(answer, circumstances);
  if (error === undefined)
    return status >= 300 && status < 400
      ? redirected(answer, label)
      : status >= 500 || status < 300
        ? inTrouble(answer, label, now)
        : refused(label, status);
  const { code, subcode } = error;
  if (DEAD_TOKEN.includes(code)) return deadToken(label, status, subcode);
  if (code === 10 || (code >= 200 && code <= 299)) return permissionMissing(label, status, error.userMessage);
  if (LIMITS.includes(code)) return limited(answer, circumstances);
  if (code === 368 && subcode === 1390008) {
    return new PlatformError("rate-limited", {
      code: "too-fast",
      message: say("{network} says that this account posts too fast. We will try again in half an hour.", {
        network: label,
      }),
      status,
      retryAt: new Date(now.getTime() + HOUR_MS / 2),
    });
  }
  if (OUR_FAULT.includes(code) || isProofRefused(error) || isSecretRefused(error)) {
    return new PlatformError("rejected", {
      code: "app-refused",
      message: say(
        "{network} does not accept the app of this service: the operator must check its settings. {words}",
        { network: label, words: readWords(error) },
      ),
      status,
      operator: true,
    });
  }
  if (code === 1 || code === 2 || status >= 500 || error.isTransient) return troubled(answer, circumstances);
  return refused(label, status, error);
}

/** The network reports a failure of its own; the HTTP status may say otherwise. */
function troubled({ status, headers }: Answer, { label, now }: Circumstances): PlatformError {
  const message = say("{network} is having problems ({status}).", { network: label, status });
  const retryAt = readRetryAfter(headers, now);
  return new PlatformError("transient", { code: "server-trouble", message, status, retryAt });
}

function refused(label: string, status: number, error?: GraphError): PlatformError {
  const message = say("{network} refused this: {words}", { network: label, words: readWords(error) });
  return new PlatformError("rejected", { code: "refused", message, status });
}

/** By subcode: why a token no longer works and what the person must do (docs/networks/facebook.md, section 6). */
const WHY_DEAD: Readonly<Record<number, Told>> = {
  458: say("The app was removed from this account. Reconnect it."),
  459: say("Confirm the account first: sign in there, follow the instructions, then reconnect."),
  464: say("Confirm the account first: sign in there, follow the instructions, then reconnect."),
  460: say("The password was changed or the session ended. Reconnect the account."),
  463: say("The connection has expired. Reconnect the account."),
  492: say("Your role on this Page no longer lets you post. Ask a Page admin to restore it, then reconnect."),
};

function deadToken(label: string, status: number, subcode: number | undefined): PlatformError {
  const why = subcode === undefined ? undefined : WHY_DEAD[subcode];
  const message = say("{network} no longer accepts this connection. {why}", {
    network: label,
    why: part(why ?? say("Reconnect the account.")),
  });
  return new PlatformError("reconnect-needed", { code: "token-refused", message, status });
}

/** @param said the network's message for the person: often only this names the obstacle */
function permissionMissing(label: string, status: number, said: string | undefined): PlatformError {
  const ours = say(
    "{network} no longer lets us post here. Check your access there, then reconnect and keep all permissions ticked.",
    { network: label },
  );
  const message =
    said === undefined
      ? ours
      : say("{ours} {network} says: {words}", {
          ours: part(ours),
          network: label,
          words: said.slice(0, 300),
        });
  return new PlatformError("reconnect-needed", { code: "permission-missing", message, status });
}

/** A missing object has the same code and type, so only the message distinguishes the two. */
function isProofRefused({ code, message }: GraphError): boolean {
  return code === 100 && message.includes("appsecret_proof");
}

function isSecretRefused({ code, message }: GraphError): boolean {
  return code === 1 && message.includes("client secret");
}

/** Counts as the account's limit unless the code says that it is the app's. */
function limited(answer: Answer, { label, now }: Circumstances): PlatformError {
  const code = readGraphError(answer)?.code;
  return new PlatformError("rate-limited", {
    code: "rate-limited",
    message: say("{network} is not accepting more requests from us at the moment. We will try again later.", {
      network: label,
    }),
    status: answer.status,
    retryAt: new Date(now.getTime() + (readRegainMs(answer.headers) || HOUR_MS)),
    ...(code !== undefined && APP_LIMITS.includes(code) ? { wholeApp: true as const } : {}),
  });
}
