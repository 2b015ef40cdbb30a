/** The log: one JSON object on each line, without secrets, with what the line belongs to; what repeats is counted. */
import { type DestinationStream, type Level, type Logger, type LoggerOptions, pino } from "pino";
import { logRedaction } from "../net/redact.ts";
import { currentTask } from "../net/task.ts";
import { createRepeatedFailures, type Line } from "./trouble/repeated-failures.ts";

const WARN = 40;

interface LogParts {
  /** Where lines go; by default to standard output. */
  readonly to?: DestinationStream;
  /** How often what still fails is counted, in milliseconds. */
  readonly countEveryMs?: number;
}

/** @param level "trace" to "fatal", or "silent" */
export function createLog(level: string, { to, countEveryMs }: LogParts = {}): Logger {
  const failures = createRepeatedFailures(countEveryMs);
  const options: LoggerOptions = {
    ...logRedaction,
    level,
    mixin: () => ({ ...currentTask() }),
    hooks: {
      ...logRedaction.hooks,
      logMethod(given, method, number) {
        const line = number >= WARN ? readLine(given) : undefined;
        if (line === undefined) return method.apply(this, given);
        failures.pass(line, ({ details, message }) => method.apply(this, [details, message]));
      },
    },
  };
  return to === undefined ? pino(options) : pino(options, to);
}

/** What of a logger's arguments makes a line with fields. */
function readLine([details, message]: readonly unknown[]): Line | undefined {
  if (typeof details !== "object" || details === null || typeof message !== "string") return undefined;
  return { details: details instanceof Error ? { err: details } : { ...details }, message };
}

/** Takes words of others into the log: of libraries that print, of Node itself. */
export function logWords(log: Logger, level: Level, component: string, words: string): void {
  log[level]({ component, problem: words.slice(0, 4_000) }, "a part of the service printed something");
}
