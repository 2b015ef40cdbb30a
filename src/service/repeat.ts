/** Runs a background job at an interval or when it is due. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Runtime } from "./runtime.ts";

export interface Job {
  /** The interval. For a job with `due`, the pause before it runs again for work that it left. */
  readonly everyMs: number;
  readonly what: string;
  readonly run: (runtime: Runtime) => Promise<unknown>;
  /** An expression for the time from which there is work, or null. The job then runs only at that time. */
  readonly due?: (runtime: Runtime) => SQL;
}

/** Longer than the pause between two pulses. A later pulse plans what is due after this. */
const LONGEST_PULSE_MS = 60_000;

/** Starts no further round. Resolves when the current round has ended. */
export type Stop = () => Promise<void>;

/** Starts the job now and then at its interval. */
export function repeat(runtime: Runtime, job: Job): Stop {
  const rounds = oneAtATime(runtime, job);
  rounds.start();
  const timer = setInterval(rounds.start, job.everyMs);
  return async () => {
    clearInterval(timer);
    await rounds.settled();
  };
}

/** When the first of {@link repeatLater} starts: a process that has just started has better things to do. */
const LATER_MS = 30_000;

/** Starts these jobs half a minute later, one after another on one connection, and then each at its interval. */
export function repeatLater(runtime: Runtime, jobs: readonly Job[]): Stop {
  const all = jobs.map((job) => ({ everyMs: job.everyMs, ...oneAtATime(runtime, job) }));
  let isStopping = false;
  let round: Promise<void> | undefined;
  const runAll = async () => {
    for (const rounds of all) {
      if (isStopping) return;
      rounds.start();
      await rounds.settled();
    }
  };
  const timers = all.map(({ start, everyMs }) => setInterval(start, everyMs));
  const first = setTimeout(() => {
    round = runAll();
  }, LATER_MS);
  return async () => {
    isStopping = true;
    clearTimeout(first);
    for (const timer of timers) clearInterval(timer);
    await Promise.all([round, ...all.map(({ settled }) => settled())]);
  };
}

const momentShape = z.union([z.null(), z.coerce.number()]);

/** @param due the expression of the job; each pulse evaluates it, and a timer waits for the result */
export function runWhenDue(runtime: Runtime, job: Job, due: SQL): Stop {
  const rounds = oneAtATime(runtime, job);
  let timer: NodeJS.Timeout | undefined;
  let last = { due: Number.NaN, at: -Infinity };
  const plan = (moment: number | null) => {
    clearTimeout(timer);
    if (moment === null) return;
    const now = performance.now();
    // Work that the last round left, such as rows that were locked, is still due.
    const pause = moment === last.due ? last.at + job.everyMs - now : 0;
    const wait = Math.max(Math.ceil(moment) - runtime.now().getTime(), pause);
    if (wait > LONGEST_PULSE_MS) return;
    timer = setTimeout(
      () => {
        last = { due: moment, at: performance.now() };
        rounds.start();
        // Times are whole milliseconds, and a timer of Node can fire one early.
      },
      Math.max(0, wait) + (wait > 0 ? 1 : 0),
    );
  };
  const end = runtime.pulse.add({
    value: sql`extract(epoch from (${due})) * 1000`,
    ask: () => (answer) => plan(momentShape.parse(answer)),
  });
  return async () => {
    end();
    clearTimeout(timer);
    await rounds.settled();
  };
}

/** Never runs two rounds at once: a start during a round is ignored. */
function oneAtATime(
  runtime: Runtime,
  { what, run }: Job,
): { readonly start: () => void; readonly settled: () => Promise<void> } {
  let round: Promise<void> | undefined;
  const work = async () => {
    try {
      await run(runtime);
    } catch (error) {
      runtime.log.error({ err: error }, `${what} failed`);
    } finally {
      round = undefined;
    }
  };
  return {
    start: () => {
      round ??= work();
    },
    settled: async () => await round,
  };
}

/** Waits for all of them, but not longer than this time in milliseconds. */
export async function inTime(works: readonly Promise<void>[], longestMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, longestMs);
  });
  await Promise.race([Promise.all(works), late]);
  clearTimeout(timer);
}
