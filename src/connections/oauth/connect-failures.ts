/** Explains why an account could not be connected: to the person, and in a record for the operator. */
import { lt } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { connectFailures } from "../../database/schema.ts";
import { connects } from "../../net/meter.ts";
import { callFields } from "../../net/task.ts";
import { PlatformError, type PlatformName } from "../../platforms/platform.ts";
import { part, say, type Told } from "../../words/words.ts";
import { writtenLine } from "../../words/written.ts";
import { keepTold } from "../told.ts";

interface FailuresRuntime {
  readonly database: Database;
  readonly log: { info(details: object, message: string): void };
  now(): Date;
}

const KEPT_DAYS = 30;

/** The maximum length of a network's message, in characters. */
const LONGEST_WORDS = 500;

export interface ConnectFailure {
  readonly code: string;
  /** Shown to the person. */
  readonly problem: Told;
  /** The network's own message. */
  readonly said?: string | undefined;
  readonly status?: number | undefined;
  readonly operator: boolean;
}

/** Turns an error into a failure to report. @param label the network's name as people know it */
export function toFailure(error: unknown, label: string): ConnectFailure {
  if (error instanceof PlatformError)
    return {
      ...{ code: error.code, status: error.status, operator: error.operator },
      problem: tellAway(error, label),
    };
  const problem = say(
    "Something went wrong on our side. Try again. If it happens again, contact the operator of this service.",
  );
  return { code: "unexpected", problem, operator: true };
}

/**
 * Rewords the errors that platforms write for a share that waits or an account to reconnect: this
 * account is neither.
 */
function tellAway({ kind, code, told }: PlatformError, label: string): Told {
  if (kind === "rate-limited")
    return say("{network} is limiting our requests. Nothing was connected. Try again later.", {
      network: label,
    });
  if (kind === "reconnect-needed" && code === "token-refused")
    return say("{network} granted us access and then refused it. Connect the account again.", {
      network: label,
    });
  if (kind === "transient" && !NAMES_NEXT_STEP.includes(code))
    return say("{problem} Nothing was connected. Try again in a few minutes.", { problem: part(told) });
  return told;
}

/** The codes of errors whose messages already say what to do. */
const NAMES_NEXT_STEP: readonly string[] = ["app-forgotten", "begun-before"];

/**
 * Explains the error that a network sent back, by RFC 6749, section 4.1.2.1. One network has another code, for scopes
 * that the app lacks (docs/networks/linkedin.md, 2. Connecting).
 */
export function readRefusal(error: string | undefined, said: string | undefined): ConnectFailure {
  const code = /^[a-z0-9_]{1,40}$/.test(error ?? "") ? (error ?? "") : "no-code";
  const words = writtenLine(said ?? "")
    .trim()
    .slice(0, LONGEST_WORDS);
  const failure = { code, said: words === "" ? undefined : words, operator: false };
  switch (code) {
    case "invalid_scope":
    case "unauthorized_scope_error":
      return {
        ...{ ...failure, operator: true },
        problem: say(
          "The network does not let this service’s app ask for all the permissions that it needs ({code}). The operator of this service must add the missing permission or product to the app there.",
          { code },
        ),
      };
    case "unauthorized_client":
    case "invalid_request":
    case "unsupported_response_type":
      return {
        ...{ ...failure, operator: true },
        problem: say(
          "The network does not accept this service’s app as it is set up ({code}). The operator of this service should check its ID and redirect address there.",
          { code },
        ),
      };
    case "server_error":
    case "temporarily_unavailable":
      return {
        ...failure,
        problem: say("The network is having problems ({code}). Try again in a few minutes.", { code }),
      };
    default: {
      const name = code === "no-code" ? "" : ` (${code})`;
      return {
        // Our message quotes the network's already.
        ...{ code, operator: false },
        problem:
          words === ""
            ? say("The network did not connect the account{name}. Try again.", { name })
            : say(
                "The network did not connect the account{name}. It says: {words} Try again. If it says the same again, contact the operator of this service.",
                { name, words: /[.!?。]$/.test(words) ? words : `${words}.` },
              ),
      };
    }
  }
}

/** Records a failure for the operator: one line in the log, one row for the State page. */
export async function keepFailure(
  { database, log }: FailuresRuntime,
  platform: PlatformName,
  { code, problem, said, status, operator }: ConnectFailure,
): Promise<void> {
  connects.add({ network: platform, result: "failed" });
  log.info(
    { ...callFields(), network: platform, code, ...(status && { status }) },
    "an account was not connected",
  );
  const told =
    said === undefined
      ? problem
      : say("{problem} The network said: {said}", { problem: part(problem), said });
  await database.insert(connectFailures).values({
    ...{ platform, ...keepTold(told) },
    ...{ errorCode: code, httpStatus: status, operatorFault: operator },
  });
}

/** Removes failures that are older than 30 days. */
export async function removeOldFailures({ database, now }: Omit<FailuresRuntime, "log">): Promise<void> {
  const oldest = new Date(now().getTime() - KEPT_DAYS * 86_400_000);
  await database.delete(connectFailures).where(lt(connectFailures.createdAt, oldest));
}
