/** Redirects everything a service process prints to its log, and stops it cleanly after an uncaught error. */
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

/** Turns console output of libraries and warnings of Node into log lines. */
export function printIntoLog(log: Logger): void {
  for (const [method, level] of Object.entries(METHODS))
    Reflect.set(console, method, (...words: unknown[]) => logWords(log, level, "console", format(...words)));
  // Removes Node's listener, which prints.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => logWords(log, "warn", "warning", `${warning.name}: ${warning.message}`));
}

/** Stops the service after an uncaught error. @param stop stops it cleanly */
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
  process.on("uncaughtException", end("uncaught error: the process ends"));
  process.on("unhandledRejection", end("unhandled rejection: the process ends"));
}

/** Longer than a stop waits for work in progress. */
const STOP_MS = 30_000;
