/** `sharewell audit verify`: whether the record of who did what still holds together. */
import { readConfig } from "../config/config.ts";
import { type Head, readHead, writeHead } from "../operation/audit/audit-chain.ts";
import { verifyAudit } from "../operation/audit/audit-verify.ts";
import type { Finding } from "../operation/audit/audit-walk.ts";
import { openRuntime } from "../service/runtime.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

const PROGRESS_EVERY = 100_000;

export const audit: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data", "head", "from-head"], words: 1 });
  if (words[0] !== "verify") throw new UsageError("Say `sharewell audit verify`.");
  const noted = toHead("head", values.head);
  const from = toHead("from-head", values["from-head"]);
  if (noted !== undefined && from !== undefined && isBefore(noted, from))
    throw new UsageError(
      "The head of --head is from before the one of --from-head: what is up to that is not looked at.",
    );
  const { data } = values;
  const runtime = await openRuntime(readConfig(toSettings(data === undefined ? {} : { data })), {
    guest: true,
  });
  try {
    const { finding, events, erased, unsealed, head, removed, isNotedGone } = await verifyAudit(runtime, {
      ...{ noted, from },
      onProgress: (seen) => {
        if (seen > 0 && seen % PROGRESS_EVERY === 0) console.error(`${seen} events hold so far.`);
      },
    });
    if (finding === undefined) {
      console.log(`The record of who did what holds: ${number(events)}, none changed, missing or put in.`);
      if (removed !== undefined)
        console.log(`Events up to ${removed.day} were removed for their age (SOCIAL_KEEP_AUDIT_DAYS).`);
      if (isNotedGone) console.log("The head of --head is one of these: it could not be compared.");
      if (erased > 0) console.log(`Details of ${number(erased)} were erased, each once its person had left.`);
      if (unsealed > 0)
        console.log(`Not chained yet: ${number(unsealed)}. A running worker does that within seconds.`);
      if (head !== undefined) console.log(`Note this head down elsewhere:\n${writeHead(head)}`);
      return;
    }
    console.error(`sharewell: The record of who did what does not hold: ${explain(finding, from)}`);
    console.error(
      `${number(events)} before that ${events === 1 ? "holds" : "hold"}${head === undefined ? "." : `, up to\n${writeHead(head)}`}`,
    );
    process.exitCode = 1;
  } finally {
    await runtime.close();
  }
};

function number(events: number): string {
  return events === 1 ? "1 event" : `${events} events`;
}

/** @throws {UsageError} */
function toHead(flag: string, text: string | undefined): Head | undefined {
  if (text === undefined) return undefined;
  const head = readHead(text);
  if (head === undefined)
    throw new UsageError(
      `--${flag} takes a head as \`sharewell audit verify\` prints it: a day, a number and 64 letters and digits, like 2026-11-30:42:9f86d0…`,
    );
  return head;
}

function isBefore(one: Head, other: Head): boolean {
  return one.day === other.day ? one.sequence < other.sequence : one.day < other.day;
}

function explain({ problem, day, sequence, to = sequence }: Finding, from: Head | undefined): string {
  const event = `event ${sequence} of ${day}`;
  switch (problem) {
    case "changed":
      return `${event} is not as it was recorded. It was changed, or the one before it was.`;
    case "missing":
      return to === sequence ? `${event} is missing.` : `events ${sequence} to ${to} of ${day} are missing.`;
    case "inserted":
      return `${event} is older than the one before it by more than an hour. It was put in later, or the database's clock was set back.`;
    case "stray":
      return "there is a row that has no place in it, or the place of another.";
    case "beginning":
      return from === undefined
        ? `it does not begin with ${event}. What came before is missing, or this event was changed. If you removed what came before yourself, say the last head that you noted of it with --from-head.`
        : `${event} does not follow the head of --from-head. Events between them are missing, or it was changed.`;
    case "end":
      return `${day} does not end with ${event}, as it did when that was recorded. Events were put in, or made anew.`;
    case "not-noted":
      return `${event} is not the one that you noted. The record was made anew, at least up to it.`;
    case "cut":
      return `it ends before ${event}, which you noted.`;
    case "taken-out":
      return `what is up to ${event} is missing, and no event tells that it was removed for its age.`;
    case "erased":
      return `the details of ${event} were erased, though its person did not leave.`;
  }
}
