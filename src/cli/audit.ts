/** `sharewell audit verify`: verifies the audit log. */
import { readConfig } from "../config/config.ts";
import { type Head, readHead, writeHead } from "../operation/audit/audit-chain.ts";
import { verifyAudit } from "../operation/audit/audit-verify.ts";
import type { Finding } from "../operation/audit/audit-walk.ts";
import { openRuntime } from "../service/runtime.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

const PROGRESS_EVERY = 100_000;

export const audit: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data", "head", "from-head"], words: 1 });
  if (words[0] !== "verify") throw new UsageError("Use `sharewell audit verify`.");
  const noted = toHead("head", values.head);
  const from = toHead("from-head", values["from-head"]);
  if (noted !== undefined && from !== undefined && isBefore(noted, from))
    throw new UsageError("--head is older than --from-head, so it would not be verified.");
  const { data } = values;
  const runtime = await openRuntime(readConfig(toSettings(data === undefined ? {} : { data })), {
    guest: true,
  });
  try {
    const { finding, events, erased, unsealed, head, removed, isNotedGone } = await verifyAudit(runtime, {
      ...{ noted, from },
      onProgress: (seen) => {
        if (seen > 0 && seen % PROGRESS_EVERY === 0) console.error(`${seen} events verified so far.`);
      },
    });
    if (finding === undefined) {
      console.log(`The audit log holds: ${number(events)}, none changed, missing or inserted.`);
      if (removed !== undefined)
        console.log(`Events up to ${removed.day} were removed by age (SOCIAL_KEEP_AUDIT_DAYS).`);
      if (isNotedGone)
        console.log("The head of --head belongs to a removed event, so it could not be compared.");
      if (erased > 0) console.log(`Details of ${number(erased)} were erased after the person had left.`);
      if (unsealed > 0)
        console.log(`Not chained yet: ${number(unsealed)}. A running worker chains them within seconds.`);
      if (head !== undefined) console.log(`Keep this head elsewhere:\n${writeHead(head)}`);
      return;
    }
    console.error(`sharewell: The audit log does not hold: ${explain(finding, from)}`);
    console.error(
      `${number(events)} before it ${events === 1 ? "holds" : "hold"}${head === undefined ? "." : `, up to\n${writeHead(head)}`}`,
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
      return `${event} differs from what was recorded. It was changed, or the event before it was.`;
    case "missing":
      return to === sequence ? `${event} is missing.` : `events ${sequence} to ${to} of ${day} are missing.`;
    case "inserted":
      return `${event} is more than an hour older than the event before it. It was inserted later, or the database's clock was set back.`;
    case "stray":
      return "a row has no position in the chain, or the position of another event.";
    case "beginning":
      return from === undefined
        ? `it does not begin with ${event}. Earlier events are missing, or this event was changed. If you removed the earlier events yourself, pass the last head that you kept of them as --from-head.`
        : `${event} does not follow the head of --from-head. Events between them are missing, or this event was changed.`;
    case "end":
      return `${day} does not end with ${event}, as recorded. Events were inserted or rebuilt.`;
    case "not-noted":
      return `${event} is not the one that you kept. The log was rebuilt, at least up to this event.`;
    case "cut":
      return `it ends before ${event}, whose head you kept.`;
    case "taken-out":
      return `the events up to ${event} are missing, and no event records that they were removed by age.`;
    case "erased":
      return `the details of ${event} were erased although the person did not leave.`;
  }
}
