/** Answers that no call can use: the network has problems, or a proxy answered in its place. */
import { type Saying, say, type Told } from "../../words/words.ts";
import { PlatformError } from "../platform.ts";
import { type Answer, readRetryAfter } from "./request.ts";

/**
 * @param network its name in messages: "Facebook"
 * @returns a transient error; callers that publish decide whether it is ambiguous
 */
export function inTrouble(answer: Answer, network: string | Saying, now: Date): PlatformError {
  const { status, headers } = answer;
  const { code, message } = tell(answer, network);
  return new PlatformError("transient", { code, message, status, retryAt: readRetryAfter(headers, now) });
}

function tell(
  { status, body }: Answer,
  network: string | Saying,
): { readonly code: string; readonly message: Told } {
  const values = { network: network, status };
  const isReadable = status >= 400 && body !== undefined;
  if (status >= 500 || isReadable)
    return { code: "server-trouble", message: say("{network} is having problems ({status}).", values) };
  if (status >= 300 && status < 400)
    return {
      code: "redirected",
      message: say("{network} redirected us instead of answering ({status}).", values),
    };
  return {
    code: "unreadable",
    message: say("{network} sent an answer that we could not read.", values),
  };
}

/** For a redirect, which we do not follow: a POST must not be repeated elsewhere. @returns a rejected error, since nothing was done */
export function redirected({ status }: Answer, network: string | Saying): PlatformError {
  const message = say("{network} redirected us instead of answering ({status}).", {
    network: network,
    status,
  });
  return new PlatformError("rejected", { code: "redirected", message, status });
}

const TROUBLE: readonly string[] = ["server-trouble", "unreadable", "redirected"];

/** Whether `inTrouble` made the error, so that it does not show whether something was posted. */
export function isTrouble({ kind, code }: PlatformError): boolean {
  return kind === "transient" && TROUBLE.includes(code);
}
