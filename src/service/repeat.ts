/** Runs a background job again and again, or at the moment when it is due. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Runtime } from "./runtime.ts";

export interface Job {
  /** How often it runs; where it says when it is due, how soon it runs again for what it left. */
  readonly everyMs: number;
  readonly what: string;
  readonly run: (runtime: Runtime) => Promise<unknown>;
  /** The moment from which on there is something to do for it, or null: then it runs at that moment, and only then. */
  readonly due?: (runtime: Runtime) => SQL;
}

/** What is due later than that is planned by a later pulse; longer than any rest between two. */
const LONGEST_PULSE_MS = 60_000;

/** Starts no further round, and resolves once the one under way is over. */
export type Stop = () => Promise<void>;

export function repeat(runtime: Runtime, job: Job): Stop {
  const rounds = oneAtATime(runtime, job);
  rounds.start();
  const timer = setInterval(rounds.start, job.everyMs);
  return async () => {
    clearInterval(timer);
    await rounds.settled();
  };
}

const momentShape = z.union([z.null(), z.coerce.number()]);

/** @param due as a job has it: asked with each pulse, and waited for from the last one before it on */
export function runWhenDue(runtime: Runtime, job: Job, due: SQL): Stop {
  const rounds = oneAtATime(runtime, job);
  let timer: NodeJS.Timeout | undefined;
  let last = { due: Number.NaN, at: -Infinity };
  const plan = (moment: number | null) => {
    clearTimeout(timer);
    if (moment === null) return;
    const now = performance.now();
    // What a round left, such as what somebody holds, is still due.
    const pause = moment === last.due ? last.at + job.everyMs - now : 0;
    const wait = Math.max(Math.ceil(moment) - runtime.now().getTime(), pause);
    if (wait > LONGEST_PULSE_MS) return;
    timer = setTimeout(
      () => {
        last = { due: moment, at: performance.now() };
        rounds.start();
        // Our moments have no parts of a millisecond, and its timers may be one early.
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

/** Never twice at a time: a round that takes long makes the next ones wait. */
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
