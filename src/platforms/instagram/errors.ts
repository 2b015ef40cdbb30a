/** Turns Instagram's unsuccessful answers into errors, with what they mean for the container. */
import { part, type Saying, say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { judgeGraphAnswer } from "../meta/graph.ts";
import { type GraphError, readGraphError, readWords } from "../meta/graph-error.ts";
import { PlatformError } from "../platform.ts";
import {
  ANOTHER,
  BY_CODE,
  BY_SUBCODE,
  type Most,
  NOT_FETCHED,
  NOT_READY,
  type Rule,
  THRICE,
} from "./rules.ts";

/** "prepare" covers all calls that publish nothing. */
type Step = "prepare" | "publish";

export interface Verdict {
  readonly error: PlatformError;
  /** The container can no longer be used, so the next attempt creates another. */
  readonly spent: boolean;
  /** Absent if only the usual limit on retries applies. */
  readonly most?: Most;
}

const HOUR_MS = 3_600_000;

interface Circumstances {
  readonly step: Step;
  readonly now: Date;
}

/** Judges an unsuccessful answer. @param step what the call was for */
export function judge(answer: Answer, { step, now }: Circumstances): Verdict {
  const error = readGraphError(answer);
  const rule =
    error && ((error.subcode === undefined ? undefined : BY_SUBCODE[error.subcode]) ?? BY_CODE[error.code]);
  const status = answer.status;
  if (rule !== undefined) return apply(rule, { step, now, status, words: readWords(error) });
  if (error?.code === 10 && isPersonalNow(error)) return { error: notProfessional(status), spent: false };
  const judged = judgeGraphAnswer(answer, { label: "Instagram", now });
  const isDoubtful = step === "publish" && judged.kind === "transient";
  return { error: isDoubtful ? inDoubt(status) : judged, spent: false };
}

/** Judges a container that failed; its status may contain the subcode (docs/networks/instagram.md, section 4.2). */
export function judgeFailedContainer(status: string | undefined, now: Date): Verdict {
  const subcode = /error code (\d+)/.exec(status ?? "")?.[1];
  const rule = subcode === undefined ? undefined : BY_SUBCODE[Number(subcode)];
  const words =
    subcode === undefined
      ? part(say("It could not prepare the picture."))
      : say("It could not prepare the picture ({subcode}).", { subcode });
  const verdict = apply(rule ?? ANOTHER, { step: "prepare", now, status: 200, words });
  return { ...verdict, most: verdict.most ?? THRICE };
}

/** Judges a container that is still in progress after a minute of waiting. */
export function notReady(): Verdict {
  const { kind, code, message } = NOT_READY;
  const most = { times: 3, afterwards: "another-container" } as const;
  return { error: new PlatformError(kind, { code, message }), spent: false, most };
}

function apply(
  { kind, code, message, spent, most, doubtful }: Rule,
  { step, now, status, words }: Circumstances & { readonly status: number; readonly words: string | Saying },
): Verdict {
  if (doubtful && step === "publish") return { error: inDoubt(status, code), spent: false };
  const error = new PlatformError(kind, {
    code,
    message: message ?? say("Instagram refused this: {words}", { words }),
    status,
    ...(kind === "rate-limited" ? { retryAt: new Date(now.getTime() + HOUR_MS) } : {}),
  });
  return { error, spent: spent ?? false, ...(most === undefined ? {} : { most }) };
}

/** Instagram has been seen to answer like this after it had posted. */
function inDoubt(status: number, code = "no-clear-answer"): PlatformError {
  const message = say("Instagram gave no clear answer ({status}). It may or may not have posted this.", {
    status,
  });
  return new PlatformError("ambiguous", { code, message, status });
}

/** A lost permission has the same code as an account that is no longer professional; only the message distinguishes them. */
function isPersonalNow({ message }: GraphError): boolean {
  return message.includes("not an Instagram Business");
}

export const HOW_TO_SWITCH = say(
  "Instagram lets apps post to professional accounts only. In the Instagram app, open Settings, Account type and tools, Switch to professional account; it is free. Then connect the account again.",
);

export function notProfessional(status?: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "not-professional",
    message: say("This is a personal account now. {how}", { how: part(HOW_TO_SWITCH) }),
    ...(status === undefined ? {} : { status }),
  });
}

/** Turns the error of the last of several failed attempts into a final one. */
export function asFinal(error: PlatformError): PlatformError {
  const isOurs = error.code === NOT_FETCHED.code;
  return new PlatformError("rejected", {
    code: error.code,
    message: isOurs
      ? say(
          "Instagram cannot fetch the picture from this service. The operator must make the service’s public address reachable from the internet.",
        )
      : say("{message} We tried several times.", { message: error.message }),
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(isOurs ? { operator: true as const } : {}),
  });
}
