/** The errors of the Graph family (Facebook, Instagram, Threads): one envelope, and what its codes mean on all three. */
import { z } from "zod";
import { part, say, type Told } from "../../words/words.ts";
import { type Answer, readRetryAfter } from "../call/request.ts";
import { inTrouble, redirected } from "../call/trouble.ts";
import { PlatformError } from "../platform.ts";
import { readRegainMs } from "./usage.ts";

const text = z.string().optional().catch(undefined);
const envelope = z.object({
  error: z.object({
    message: z.string().catch(""),
    type: text,
    code: z.number(),
    error_subcode: z.number().optional().catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
    error_user_title: text,
    error_user_msg: text,
    fbtrace_id: text,
  }),
});

export interface GraphError {
  readonly code: number;
  readonly subcode: number | undefined;
  /** For programs, in English. */
  readonly message: string;
  /** For the person, where the network has words for them. */
  readonly userMessage: string | undefined;
  readonly type: string | undefined;
  readonly isTransient: boolean;
  /** What the network's support asks for. */
  readonly traceId: string | undefined;
}

/** Undefined: the answer has no such envelope, as when something in between answered. */
export function readGraphError(answer: Answer): GraphError | undefined {
  const error = envelope.safeParse(answer.body).data?.error;
  if (error === undefined) return undefined;
  return {
    code: error.code,
    subcode: error.error_subcode,
    message: error.message,
    userMessage: error.error_user_msg ?? error.error_user_title,
    type: error.type,
    isTransient: error.is_transient ?? false,
    traceId: error.fbtrace_id,
  };
}

/** The network's own words, for the person; never more than a few lines. */
export function readWords(error: GraphError | undefined): string {
  return (error?.userMessage ?? error?.message ?? "no reason given").slice(0, 300);
}

export interface Circumstances {
  /** "Facebook" */
  readonly label: string;
  readonly now: Date;
}

const HOUR_MS = 3_600_000;

/** docs/networks/facebook.md, section 6: token missing, malformed, ended or withdrawn. */
const DEAD_TOKEN = [190, 102, 104];
/** docs/networks/facebook.md, section 4. */
const LIMITS = [4, 17, 32, 341, 613, 80001, 80002];
/** Of them, those of all that an app does. */
const APP_LIMITS = [4, 341];
/** docs/networks/facebook.md, section 6: ours or the app's to mend. */
const OUR_FAULT = [3, 101, 2500];

/**
 * What an answer means that no call expects as its success, by the codes that the three networks share. A caller that
 * publishes turns `transient` into `ambiguous` itself; what a code means on one network alone is asked before this.
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

/** By the network's own word, whatever the status is. */
function troubled({ status, headers }: Answer, { label, now }: Circumstances): PlatformError {
  const message = say("{network} is having problems ({status}).", { network: label, status });
  const retryAt = readRetryAfter(headers, now);
  return new PlatformError("transient", { code: "server-trouble", message, status, retryAt });
}

function refused(label: string, status: number, error?: GraphError): PlatformError {
  const message = say("{network} refused this: {words}", { network: label, words: readWords(error) });
  return new PlatformError("rejected", { code: "refused", message, status });
}

/** Subcodes that say why a grant is dead, and what the person must do (docs/networks/facebook.md, section 6). */
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

/** @param said the network's sentence for the person: often it alone names what stands in the way */
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

/** Of the same code and type as an object that is not there: only the words tell. */
function isProofRefused({ code, message }: GraphError): boolean {
  return code === 100 && message.includes("appsecret_proof");
}

function isSecretRefused({ code, message }: GraphError): boolean {
  return code === 1 && message.includes("client secret");
}

/** Without a word of whose limit it is, it is held for the account's. */
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
