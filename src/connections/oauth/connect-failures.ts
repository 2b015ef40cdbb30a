/** What keeps people from connecting an account: told to them, and kept for the operator, who cannot look over their shoulder. */
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

/** Of what a network says, in characters. */
const LONGEST_WORDS = 500;

export interface ConnectFailure {
  readonly code: string;
  /** For the person. */
  readonly problem: Told;
  /** The network's own words about it. */
  readonly said?: string | undefined;
  readonly status?: number | undefined;
  readonly operator: boolean;
}

/** @param label the network as people know it */
export function toFailure(error: unknown, label: string): ConnectFailure {
  if (error instanceof PlatformError)
    return {
      ...{ code: error.code, status: error.status, operator: error.operator },
      problem: tellAway(error, label),
    };
  const problem = say(
    "Something went wrong on our side. Please try again; if it happens again, tell the operator of this service.",
  );
  return { code: "unexpected", problem, operator: true };
}

/** Platforms tell what becomes of a share: nobody here has one that waits, or an account to reconnect. */
function tellAway({ kind, code, told }: PlatformError, label: string): Told {
  if (kind === "rate-limited")
    return say(
      "{network} accepts no more requests from us for now. Nothing was connected; try again later.",
      {
        network: label,
      },
    );
  if (kind === "reconnect-needed" && code === "token-refused")
    return say("{network} gave us access and then refused it. Please connect the account again.", {
      network: label,
    });
  if (kind === "transient" && !NAMES_NEXT_STEP.includes(code))
    return say("{problem} Nothing was connected; try again in a few minutes.", { problem: part(told) });
  return told;
}

/** Their texts say what to do. */
const NAMES_NEXT_STEP: readonly string[] = ["app-forgotten", "begun-before"];

/**
 * What a network says on the way back, in the words of RFC 6749, section 4.1.2.1. For scopes that the app lacks there is
 * one more (docs/networks/linkedin.md, 2. Connecting).
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
          "The network does not let the app of this service ask for all that it needs ({code}). Whoever runs the service must add the missing permission or product to the app there.",
          { code },
        ),
      };
    case "unauthorized_client":
    case "invalid_request":
    case "unsupported_response_type":
      return {
        ...{ ...failure, operator: true },
        problem: say(
          "The network does not take the app of this service as it is set up ({code}). Whoever runs the service should compare its id and its redirect address there.",
          { code },
        ),
      };
    case "server_error":
    case "temporarily_unavailable":
      return {
        ...failure,
        problem: say("The network has trouble of its own ({code}). Try again in a few minutes.", { code }),
      };
    default: {
      const name = code === "no-code" ? "" : ` (${code})`;
      return {
        // Its words stand in ours already.
        ...{ code, operator: false },
        problem:
          words === ""
            ? say("The network did not connect the account{name}. Please try again.", { name })
            : say(
                "The network did not connect the account{name}, and says: {words} Please try again; if it says the same again, ask whoever runs this service.",
                { name, words: /[.!?。]$/.test(words) ? words : `${words}.` },
              ),
      };
    }
  }
}

/** For the operator: one line in the log, one on State. */
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

/** Of months that nobody looks at any more. */
export async function removeOldFailures({ database, now }: Omit<FailuresRuntime, "log">): Promise<void> {
  const oldest = new Date(now().getTime() - KEPT_DAYS * 86_400_000);
  await database.delete(connectFailures).where(lt(connectFailures.createdAt, oldest));
}
