/** Turns Threads' unsuccessful answers into errors (docs/networks/threads.md, section 4). */
import { say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { judgeGraphAnswer } from "../meta/graph.ts";
import { readGraphError, readWords } from "../meta/graph-error.ts";
import { PlatformError } from "../platform.ts";
import { BLOCKED, BY_CODE, BY_NAME, BY_SUBCODE, DAY_FULL, NOT_FETCHED, NOT_THERE_YET } from "./rules.ts";

const LABEL = "Threads";
const HOUR_MS = 3_600_000;

/** Judges an unsuccessful answer: Threads' own codes first, then those that all of Meta's networks share. */
export function toError(answer: Answer, now: Date): PlatformError {
  const error = readGraphError(answer);
  const name = Object.keys(BY_NAME).find((candidate) => error?.message.includes(candidate));
  const rule =
    (name === undefined ? undefined : BY_NAME[name]) ??
    (error?.subcode === undefined ? undefined : BY_SUBCODE[error.subcode]) ??
    (error === undefined ? undefined : BY_CODE[error.code]);
  if (rule === undefined) return judgeGraphAnswer(answer, { label: LABEL, now });
  const { kind, ...told } = rule;
  const retryAt = new Date(now.getTime() + HOUR_MS);
  return new PlatformError(kind, {
    ...told,
    status: answer.status,
    ...(kind === "rate-limited" ? { retryAt } : {}),
  });
}

/** Judges an unsuccessful answer to the call that publishes: ambiguous unless it shows that nothing was posted. */
export function toPublishError(answer: Answer, now: Date): PlatformError {
  const error = toError(answer, now);
  const isClear = error.kind !== "transient" || [NOT_THERE_YET.code, NOT_FETCHED.code].includes(error.code);
  if (isClear && error.code !== BLOCKED.code) return error;
  const code = error.code === BLOCKED.code ? error.code : "no-clear-answer";
  const message = say("Threads gave no clear answer ({status}). It may or may not have posted this.", {
    status: answer.status,
  });
  return new PlatformError("ambiguous", { code, message, status: answer.status });
}

/** For an attempt that begins before the block is over. */
export function stillBlocked(until: Date): PlatformError {
  const { kind, ...told } = BLOCKED;
  return new PlatformError(kind, { ...told, retryAt: until });
}

export function isBlocked({ code }: PlatformError): boolean {
  return code === BLOCKED.code;
}

export function isContainerUnknown({ code }: PlatformError): boolean {
  return code === NOT_THERE_YET.code;
}

const MISSING = "The requested resource does not exist";

/** Threads has been seen to answer like this for a dead token too (docs/networks/threads.md, section 4). Reading `/me` settles it. */
export function mayBeDeadToken(answer: Answer): boolean {
  const error = readGraphError(answer);
  return error?.code === 100 && error.subcode === undefined && error.message.includes(MISSING);
}

export function deadToken(status: number): PlatformError {
  const message = say("Threads no longer accepts this connection. Reconnect the account.");
  return new PlatformError("reconnect-needed", { code: "token-refused", message, status });
}

/** The object does not exist, or this token may not read it. */
export function isHidden(answer: Answer): boolean {
  const error = readGraphError(answer);
  return (error?.code === 100 && error.subcode === 33) || error?.code === 24 || mayBeDeadToken(answer);
}

export function pictureUnfetched(): PlatformError {
  const { kind, ...told } = NOT_FETCHED;
  return new PlatformError(kind, told);
}

/** After several failed fetches of the picture: only the operator can find out why. */
export function pictureUnreachable(): PlatformError {
  return new PlatformError("rejected", {
    code: NOT_FETCHED.code,
    message: say(
      "Threads cannot fetch the picture from this service. The operator must make the service’s public address reachable from the internet.",
    ),
    operator: true,
  });
}

export function isUnfetched({ code }: PlatformError): boolean {
  return code === NOT_FETCHED.code;
}

export function isDayFull({ code }: PlatformError): boolean {
  return code === DAY_FULL.code;
}

/** Threads' own message for the person. */
export function wordsOf(answer: Answer): string {
  return readWords(readGraphError(answer));
}
