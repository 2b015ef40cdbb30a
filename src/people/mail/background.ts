/** Runs work that no request waits for, so that a response takes the same time whether or not a letter follows. */
import type { Logger } from "pino";

const MOST_AT_ONCE = 100;

export interface Background {
  /** Starts work, unless `most` tasks run already. @returns whether it was started */
  start(work: () => Promise<void>, failure: string, most?: number): boolean;
  /** Resolves when no task runs. */
  settled(): Promise<void>;
}

/** Creates the list of running tasks. Failures are logged. */
export function createBackground(log: Logger): Background {
  const running = new Set<Promise<void>>();
  return {
    start(work, failure, most = MOST_AT_ONCE) {
      if (running.size >= most) return false;
      const run: Promise<void> = work()
        .catch((error: unknown) => log.error({ problem: nameFailure(error) }, failure))
        .finally(() => running.delete(run));
      running.add(run);
      return true;
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** The message of a MailError is safe to log; other errors may contain values of a query. */
function nameFailure(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.name === "MailError" ? error.message : error.name;
}
