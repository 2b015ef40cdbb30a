/**
 * Logs a repeating failure once: the first time in full, then a count every minute, then its end. While the database is
 * away everything fails in its own way; that counts as one failure.
 */
import { thisMachine } from "../../database/clock.ts";
import { isAway } from "../../database/connection/away.ts";

/** The content of a log line. */
export interface Line {
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
}

interface Kind {
  readonly line: Line;
  readonly firstAt: Date;
  lastAt: Date;
  /** Failures since the last line about them. */
  since: number;
  total: number;
}

/** Kinds of failures that are followed at a time. Further ones are logged as they are. */
const MOST_KINDS = 200;

export interface RepeatedFailures {
  /** Writes the line unless it repeats the last one of its kind. */
  pass(line: Line, write: (line: Line) => void): void;
}

/** Creates the filter of a log. @param everyMs how often a continuing failure is counted, in milliseconds */
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
      // A single failure was not a state, so it has no end to report.
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
        known.lastAt = new Date(thisMachine.clock());
        return;
      }
      const first = found?.line ?? line;
      write(first);
      if (found === undefined || kinds.size >= MOST_KINDS) return;
      const at = new Date(thisMachine.clock());
      const kind = { line: first, firstAt: at, lastAt: at, since: 0, total: 1 };
      kinds.set(found.name, kind);
      follow(found.name, kind, write);
    },
  };
}

/** The fields that say where it failed, in their order in the kind's name. */
const PLACES = ["component", "queue", "network", "host", "doing", "setting"] as const;

/** Undefined for a line that is never merged. */
function kindOf(line: Line): { readonly name: string; readonly line: Line } | undefined {
  const { details, message } = line;
  const cause = details.err ?? details.problem ?? details.warning ?? details.kinds;
  if (cause === undefined) return undefined;
  if (details.database === "away" || isAway(cause))
    return {
      name: "database",
      line: { details: { what: message, ...details }, message: "the database is away" },
    };
  // People ask about a failed page by its request id, which only its own line has.
  if (details.requestId !== undefined) return undefined;
  const where = PLACES.map((name) => details[name]).filter((value) => typeof value === "string");
  return { name: JSON.stringify([message, ...where, nameOf(cause)]), line };
}

/** The name and code of an error and its cause's code. Its message only if it has no code. */
function nameOf(cause: unknown): string {
  if (cause instanceof Error) {
    const code = "code" in cause ? String(cause.code) : cause.cause === undefined ? cause.message : "";
    return [cause.name, code.slice(0, 200), cause.cause === undefined ? "" : nameOf(cause.cause)].join(" ");
  }
  if (typeof cause === "object" && cause !== null && "message" in cause)
    return String(cause.message).slice(0, 200);
  return JSON.stringify(cause).slice(0, 200);
}
