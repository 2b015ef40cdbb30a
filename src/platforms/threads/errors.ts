/** What Threads' refusals mean beyond what all of Meta's networks share (docs/networks/threads.md, section 4). */

import { say, type Told } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { judgeGraphAnswer, readGraphError, readWords } from "../meta/graph.ts";
import { PlatformError, type PlatformErrorKind } from "../platform.ts";

const LABEL = "Threads";
const HOUR_MS = 3_600_000;

interface Rule {
  readonly kind: PlatformErrorKind;
  readonly code: string;
  readonly message: Told;
}

const NOT_THERE_YET: Rule = {
  kind: "transient",
  code: "container-not-found",
  message: say("Threads does not know the post that we prepared yet."),
};
const NOT_FETCHED: Rule = {
  kind: "transient",
  code: "picture-not-fetched",
  message: say("Threads could not fetch the picture from this service."),
};
const BLOCKED: Rule = {
  kind: "rate-limited",
  code: "action-blocked",
  message: say("Threads has restricted this account for now. We will try again in an hour."),
};
const RESTRICTED: Rule = {
  kind: "rejected",
  code: "account-restricted",
  message: say(
    "Threads has restricted this account: open the Threads app, follow the instructions there, then share again.",
  ),
};
const DAY_FULL: Rule = {
  kind: "rate-limited",
  code: "quota-used-up",
  message: say("This account has reached Threads’ limit of posts in 24 hours."),
};

const BY_SUBCODE: Readonly<Record<number, Rule>> = {
  2207042: DAY_FULL,
  2207051: BLOCKED,
  2207052: NOT_FETCHED,
  4279009: NOT_THERE_YET,
  4279013: RESTRICTED,
};

/** Where no subcode tells more. */
const BY_CODE: Readonly<Record<number, Rule>> = { 9: DAY_FULL, 24: NOT_THERE_YET };

/** Named in the message alone: their codes are not documented. */
const BY_NAME: Readonly<Record<string, Rule>> = {
  LINK_LIMIT_EXCEEDED: {
    kind: "rejected",
    code: "too-many-links",
    message: say("Threads takes at most five different links in a post, including the shared page."),
  },
  FEATURE_NOT_AVAILABLE: {
    kind: "rejected",
    code: "feature-not-available",
    message: say("Threads does not offer this to this account."),
  },
};

/** An answer that is no success. */
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

/** The same of the call that publishes: what does not say that nothing was posted leaves a doubt. */
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

/** The wait after a block, when the next try begins before it is over. */
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

/** Also what Threads has been seen to say of a dead token (docs/networks/threads.md, section 4): `/me` tells. */
export function mayBeDeadToken(answer: Answer): boolean {
  const error = readGraphError(answer);
  return error?.code === 100 && error.subcode === undefined && error.message.includes(MISSING);
}

export function deadToken(status: number): PlatformError {
  const message = say("Threads no longer accepts this connection. Reconnect the account.");
  return new PlatformError("reconnect-needed", { code: "token-refused", message, status });
}

/** What is not there, or not to be seen with this token. */
export function isHidden(answer: Answer): boolean {
  const error = readGraphError(answer);
  return (error?.code === 100 && error.subcode === 33) || error?.code === 24 || mayBeDeadToken(answer);
}

export function pictureUnfetched(): PlatformError {
  const { kind, ...told } = NOT_FETCHED;
  return new PlatformError(kind, told);
}

/** Of a picture that Threads could not fetch again and again: the operator can see why, the person cannot. */
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

/** Threads' own words on an answer, for the person. */
export function wordsOf(answer: Answer): string {
  return readWords(readGraphError(answer));
}
