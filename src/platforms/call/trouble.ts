/** An answer that no call can use: the network is in trouble, or something in between answered in its place. */
import { type Saying, say, type Told } from "../../words/words.ts";
import { PlatformError } from "../platform.ts";
import { type Answer, readRetryAfter } from "./request.ts";

/**
 * @param network as people call it: "Facebook"
 * @returns transient: nothing was certainly done; whoever publishes decides what is in doubt
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

/** The answer is the way to somewhere else, where a post must not be repeated: certainly not done. */
export function redirected({ status }: Answer, network: string | Saying): PlatformError {
  const message = say("{network} redirected us instead of answering ({status}).", {
    network: network,
    status,
  });
  return new PlatformError("rejected", { code: "redirected", message, status });
}

const TROUBLE: readonly string[] = ["server-trouble", "unreadable", "redirected"];

/** Whether an answer was of this kind, so that it says nothing of what became of a post. */
export function isTrouble({ kind, code }: PlatformError): boolean {
  return kind === "transient" && TROUBLE.includes(code);
}
