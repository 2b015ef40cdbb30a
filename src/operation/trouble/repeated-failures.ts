/**
 * Says once in the log what fails again and again: the first failure as it is, then once a minute how often it happened,
 * and that it is over. A database that is away makes everything fail, each in its own words: that is one failure.
 */
import { isAway } from "../../database/connection/away.ts";

/** What a log line is made of. */
export interface Line {
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
}

interface Kind {
  readonly line: Line;
  readonly firstAt: Date;
  lastAt: Date;
  /** Since the last line about it. */
  since: number;
  total: number;
}

/** Kinds that are followed at a time; what comes beyond them is written as it is. */
const MOST_KINDS = 200;

export interface RepeatedFailures {
  /** Writes the line, unless it tells what the last one of its kind told. */
  pass(line: Line, write: (line: Line) => void): void;
}

/** @param everyMs how often what still fails is counted, in milliseconds */
export function createRepeatedFailures(everyMs = 60_000): RepeatedFailures {
  const kinds = new Map<string, Kind>();

  function follow(name: string, kind: Kind, write: (line: Line) => void): void {
    const { err: _, ...details } = kind.line.details;
    const timer = setInterval(() => {
      const { since, total, firstAt, lastAt } = kind;
      const { message } = kind.line;
      kind.since = 0;
      if (since > 0) {
        const counted = { times: since, seconds: everyMs / 1_000 };
        return write({ details: { ...details, ...counted }, message: `still failing: ${message}` });
      }
      clearInterval(timer);
      kinds.delete(name);
      // What happened once was no state that could end.
      if (total > 1)
        write({ details: { ...details, times: total, firstAt, lastAt }, message: `over: ${message}` });
    }, everyMs).unref();
  }

  return {
    pass(line, write) {
      const found = kindOf(line);
      const known = found && kinds.get(found.name);
      if (known !== undefined) {
        known.since += 1;
        known.total += 1;
        known.lastAt = new Date();
        return;
      }
      const first = found?.line ?? line;
      write(first);
      if (found === undefined || kinds.size >= MOST_KINDS) return;
      const kind = { line: first, firstAt: new Date(), lastAt: new Date(), since: 0, total: 1 };
      kinds.set(found.name, kind);
      follow(found.name, kind, write);
    },
  };
}

/** What says where it failed, in the order in which it is part of a kind's name. */
const PLACES = ["component", "queue", "network", "host", "doing", "setting"] as const;

/** Undefined: it stands for itself. */
function kindOf(line: Line): { readonly name: string; readonly line: Line } | undefined {
  const { details, message } = line;
  const cause = details.err ?? details.problem ?? details.warning ?? details.kinds;
  if (cause === undefined) return undefined;
  if (details.database === "away" || isAway(cause))
    return {
      name: "database",
      line: { details: { what: message, ...details }, message: "the database is away" },
    };
  // A page that failed is asked about by its number, which stands in its own line only.
  if (details.requestId !== undefined) return undefined;
  const where = PLACES.map((name) => details[name]).filter((value) => typeof value === "string");
  return { name: JSON.stringify([message, ...where, nameOf(cause)]), line };
}

/** Kind and code of an error, and the code of what caused it; never its words where it has a code. */
function nameOf(cause: unknown): string {
  if (cause instanceof Error) {
    const code = "code" in cause ? String(cause.code) : cause.cause === undefined ? cause.message : "";
    return [cause.name, code.slice(0, 200), cause.cause === undefined ? "" : nameOf(cause.cause)].join(" ");
  }
  if (typeof cause === "object" && cause !== null && "message" in cause)
    return String(cause.message).slice(0, 200);
  return JSON.stringify(cause).slice(0, 200);
}
