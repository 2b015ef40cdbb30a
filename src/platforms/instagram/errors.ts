/** What Instagram's refusals mean, by code and subcode (docs/networks/instagram.md, errors). */

import { part, type Saying, say, type Told } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { type GraphError, judgeGraphAnswer, readGraphError, readWords } from "../meta/graph.ts";
import { PlatformError, type PlatformErrorKind } from "../platform.ts";
import { MOST_UNFETCHED } from "../posts/pictures.ts";

/** What was asked: to make a container or read something, which posts nothing, or to publish. */
type Step = "prepare" | "publish";

export interface Verdict {
  readonly error: PlatformError;
  /** The container is of no more use: the next try makes another. */
  readonly spent: boolean;
  /** How often this may happen, and what comes then. Absent: as often as anything else. */
  readonly most?: { readonly times: number; readonly afterwards: "another-container" | "final" };
}

interface Rule {
  readonly kind: PlatformErrorKind;
  readonly code: string;
  /** Default: Instagram's own words. */
  readonly message?: Told;
  readonly spent?: true;
  readonly most?: Verdict["most"];
  /** Publishing may have happened all the same. */
  readonly doubtful?: true;
}

const THRICE = { times: 3, afterwards: "final" } as const;
const BUSY: Rule = { kind: "transient", code: "server-trouble", doubtful: true };
const ANOTHER: Rule = { kind: "transient", code: "container-failed", spent: true, most: THRICE };
const REFUSED: Rule = { kind: "rejected", code: "refused" };
const PICTURE_REFUSED: Rule = { kind: "rejected", code: "picture-refused" };
const TOO_LONG: Rule = { kind: "rejected", code: "text-too-long" };
const NOT_FETCHED: Rule = {
  kind: "transient",
  code: "picture-not-fetched",
  most: { times: MOST_UNFETCHED, afterwards: "final" },
};
const NOT_READY = {
  kind: "transient",
  code: "container-not-ready",
  message: say("Instagram is still preparing the picture."),
} as const satisfies Rule;
const RESTRICTED: Rule = {
  kind: "rejected",
  code: "account-restricted",
  message: say(
    "Instagram has restricted this account: sign in to the Instagram app, follow the instructions there, then share again.",
  ),
};
const DAY_FULL: Rule = { kind: "rate-limited", code: "quota-used-up" };
const BLOCKED: Rule = { kind: "rate-limited", code: "action-blocked", doubtful: true };

const BY_SUBCODE: Readonly<Record<number, Rule>> = {
  2207001: BUSY,
  2207003: { kind: "transient", code: "picture-slow" },
  2207004: PICTURE_REFUSED,
  2207005: PICTURE_REFUSED,
  2207006: { ...ANOTHER, code: "container-not-found" },
  2207008: { kind: "transient", code: "container-gone", most: { times: 3, afterwards: "another-container" } },
  2207009: PICTURE_REFUSED,
  2207010: TOO_LONG,
  2207020: ANOTHER,
  2207023: REFUSED,
  2207026: PICTURE_REFUSED,
  2207027: NOT_READY,
  2207028: REFUSED,
  2207032: ANOTHER,
  2207035: REFUSED,
  2207036: REFUSED,
  2207037: REFUSED,
  2207040: REFUSED,
  2207042: DAY_FULL,
  2207050: RESTRICTED,
  2207051: BLOCKED,
  2207052: NOT_FETCHED,
  2207053: ANOTHER,
  2207057: REFUSED,
};

/** Where no subcode tells more. */
const BY_CODE: Readonly<Record<number, Rule>> = {
  [-2]: ANOTHER,
  [-1]: BUSY,
  9: DAY_FULL,
  24: { ...ANOTHER, code: "container-not-found" },
  25: RESTRICTED,
  352: PICTURE_REFUSED,
  9004: NOT_FETCHED,
  9007: NOT_READY,
  36000: PICTURE_REFUSED,
  36001: PICTURE_REFUSED,
  36003: PICTURE_REFUSED,
  36004: TOO_LONG,
};

const HOUR_MS = 3_600_000;

interface Circumstances {
  readonly step: Step;
  readonly now: Date;
}

/** An answer that is no success. */
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

/** A container that ended in an error, of which its status may tell the subcode in words (section 4.2 of the same page). */
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

/** A container that is in progress for minutes. */
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

/** Instagram answers like this also after it has posted. */
function inDoubt(status: number, code = "no-clear-answer"): PlatformError {
  const message = say("Instagram gave no clear answer ({status}). It may or may not have posted this.", {
    status,
  });
  return new PlatformError("ambiguous", { code, message, status });
}

/** One code for a lost permission and for an account that is no longer professional: only the words tell. */
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

/** The last of several tries that failed alike. */
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
