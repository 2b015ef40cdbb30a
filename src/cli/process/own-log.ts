/** Keeps all that a service process prints in its log, and ends the process in order when something was caught by nobody. */
import { format } from "node:util";
import type { Logger } from "pino";
import { logWords } from "../../operation/log.ts";

const METHODS = {
  log: "info",
  info: "info",
  debug: "debug",
  warn: "warn",
  error: "error",
  trace: "debug",
} as const;

/** What libraries write to the console, and what Node warns of, become lines of the log: one JSON object on each line. */
export function printIntoLog(log: Logger): void {
  for (const [method, level] of Object.entries(METHODS))
    Reflect.set(console, method, (...words: unknown[]) => logWords(log, level, "console", format(...words)));
  // Node's own listener prints.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => logWords(log, "warn", "warning", `${warning.name}: ${warning.message}`));
}

/** @param stop what ends the service in order */
export function endWhenUncaught(log: Logger, stop: () => Promise<void>): void {
  let isEnding = false;
  const end = (what: string) => (error: unknown) => {
    log.fatal({ err: error instanceof Error ? error : new Error(String(error)) }, what);
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    stop().then(
      () => process.exit(1),
      () => process.exit(1),
    );
  };
  process.on("uncaughtException", end("an error was caught by nobody: the process ends"));
  process.on("unhandledRejection", end("a failure was waited for by nobody: the process ends"));
}

/** More than what is under way is given when the service stops. */
const STOP_MS = 30_000;
