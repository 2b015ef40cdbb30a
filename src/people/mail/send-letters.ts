/**
 * Sends the letters in the outbox, the most urgent first. A letter that fails is tried again until it expires.
 * If a process dies between sending a letter and recording that, the letter is sent twice, which is better than
 * never.
 */
import type { Logger } from "pino";
import type { PeopleRuntime } from "../people.ts";
import { type Letter, MailError } from "./mail.ts";
import {
  backOff,
  enterMailServer,
  leaveMailServer,
  noteMailServerFailed,
  noteMailServerWorks,
} from "./mail-server.ts";
import { open } from "./open-letter.ts";
import { type LetterContent, putLetter } from "./outbox.ts";
import {
  type ClaimedLetter,
  claimLetter,
  endLetter,
  expireLetters,
  hasDue,
  postponeLetter,
} from "./queue.ts";

/** How many letters one process sends at the same time. */
export const MOST_SENDING = 4;

/** The wait between attempts of one letter; greylisting delays letters by some minutes. */
const letterWait = { firstMs: 20_000, mostMs: 900_000 };

/** The wait while the server fails; short, so that letters follow soon after it recovers. */
const serverWait = { firstMs: 5_000, mostMs: 60_000 };

/**
 * Puts a letter into the outbox and starts sending it in the background.
 * @param userId whose account it is about; the letter is deleted with it
 */
export async function postLetter(
  runtime: PeopleRuntime,
  content: LetterContent,
  userId?: string,
): Promise<void> {
  await putLetter(runtime, runtime.database, content, userId);
  sendSoon(runtime);
}

/** Starts sending due letters in the background, unless this process sends as many as it may. */
export function sendSoon(runtime: PeopleRuntime): void {
  const { background, sending } = runtime.people;
  // A task that waits for its turn will find this letter too.
  if (sending.pendingCount > 0) return;
  background.start(() => sending(() => sendDue(runtime)), "Letters could not be sent.");
}

/** A worker's round: ends expired letters and sends those that are due. */
export async function sendLetters(runtime: PeopleRuntime): Promise<void> {
  await expireLetters(runtime);
  if (!runtime.mailer.available || !(await hasDue(runtime))) return;
  const { sending } = runtime.people;
  await Promise.all(Array.from({ length: MOST_SENDING }, () => sending(() => sendDue(runtime))));
}

async function sendDue(runtime: PeopleRuntime): Promise<void> {
  while (await sendNext(runtime)) {
    // Goes on until nothing is due, or the mail server takes nothing.
  }
}

/** Sends the next letter. @returns whether there may be another */
async function sendNext(runtime: PeopleRuntime): Promise<boolean> {
  const entrance = await enterMailServer(runtime);
  if (entrance === "shut") return false;
  const letter = await claimLetter(runtime);
  if (letter === undefined) {
    if (entrance === "probe") await leaveMailServer(runtime);
    return false;
  }
  const composed = await open(runtime, letter);
  if (composed === undefined) {
    if (entrance === "probe") await leaveMailServer(runtime);
    return true;
  }
  return await send(runtime, letter, composed);
}

/** Sends one letter and records the result. @returns whether the mail server works */
async function send(runtime: PeopleRuntime, letter: ClaimedLetter, composed: Letter): Promise<boolean> {
  const startedAt = performance.now();
  try {
    await runtime.mailer.send(composed);
  } catch (error) {
    const failure = error instanceof MailError ? error : unknownFailure(error);
    logFailure(runtime.log, letter, failure, performance.now() - startedAt);
    return await judge(runtime, letter, failure);
  }
  await endLetter(runtime, letter, "sent");
  await noteMailServerWorks(runtime);
  return true;
}

async function judge(
  runtime: PeopleRuntime,
  letter: ClaimedLetter,
  { obstacle, code }: MailError,
): Promise<boolean> {
  if (obstacle === "server") {
    await noteMailServerFailed(runtime, code);
    await postponeLetter(runtime, letter, { code, waitMs: backOff(letter.tries, serverWait) });
    return false;
  }
  await noteMailServerWorks(runtime, code);
  if (obstacle === "letter") await endLetter(runtime, letter, "refused", code);
  else await postponeLetter(runtime, letter, { code, waitMs: backOff(letter.tries, letterWait) });
  return true;
}

function unknownFailure(error: unknown): MailError {
  const code = error instanceof Error ? error.name : "unknown";
  return new MailError("The letter could not be handed over.", { code, obstacle: "server" });
}

/** Logs a failure without the recipient. */
function logFailure(
  log: Logger,
  { id, kind, tries, expiresAt }: ClaimedLetter,
  { code, obstacle }: MailError,
  ms: number,
): void {
  const details = { letter: id, kind, code, tries, ms: Math.round(ms), until: expiresAt };
  if (obstacle === "letter") log.error(details, "a letter was refused for good");
  else log.warn(details, "a letter could not be sent; it is tried again");
}
