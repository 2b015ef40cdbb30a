/** The log: one JSON object per line, without secrets and with its context. Repeated failures are counted. */
import { type DestinationStream, type Level, type Logger, type LoggerOptions, pino } from "pino";
import { logRedaction } from "../net/redact.ts";
import { currentTask } from "../net/task.ts";
import { createRepeatedFailures, type Line } from "./trouble/repeated-failures.ts";

const WARN = 40;

interface LogParts {
  /** The destination; standard output by default. */
  readonly to?: DestinationStream;
  /** How often a continuing failure is counted, in milliseconds. */
  readonly countEveryMs?: number;
}

/** Creates the logger of the process. @param level "trace" to "fatal", or "silent" */
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

/** Reads a logger's arguments if they form a line with fields. */
function readLine([details, message]: readonly unknown[]): Line | undefined {
  if (typeof details !== "object" || details === null || typeof message !== "string") return undefined;
  return { details: details instanceof Error ? { err: details } : { ...details }, message };
}

/** Logs text that others print, such as libraries and Node. */
export function logWords(log: Logger, level: Level, component: string, words: string): void {
  log[level]({ component, problem: words.slice(0, 4_000) }, "a part of the service printed something");
}
