/** Mail that nobody waits for, so that an answer takes the same time whether or not a letter follows it. */
import type { Logger } from "pino";

const MOST_AT_ONCE = 100;

export interface Background {
  /** @param most how much may be under way already @returns false when it is more: nothing is begun then */
  start(work: () => Promise<void>, failure: string, most?: number): boolean;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

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

/** A MailError's message is made to be read; others can hold what was in the query. */
function nameFailure(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.name === "MailError" ? error.message : error.name;
}
