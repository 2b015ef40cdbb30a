/**
 * The time that all processes share, which is the database's. Each process reads it every few seconds (pulse.ts) and adds the
 * machine's monotonic clock in between. So a machine whose own clock is wrong, or gets corrected, does nothing early or late.
 */
import { sql } from "drizzle-orm";
import type pg from "pg";
import { z } from "zod";
import type { Question } from "./pulse.ts";

export interface SharedClock {
  /** The current time: behind the database's by at most one round trip, and never ahead. */
  now(): Date;
  /** Resolves when the time was read within the last second. The monotonic clock stops while a machine sleeps. */
  catchUp(): Promise<void>;
  /** When the time last jumped ahead of the monotonic clock: the database's clock was set, or this machine slept. */
  steppedAt(): Date | undefined;
  /** Starts a stopwatch. @returns the elapsed milliseconds, never too few, even if the machine slept or its clock was set */
  startWatch(): () => number;
  /** Reads the time with each pulse: a quartz drifts by less than a millisecond in ten seconds. Absent if not needed. */
  readonly question?: Question;
}

/** The two clocks of a machine, in milliseconds: a monotonic count, and the wall clock, which can be set. */
export interface MachineTime {
  count(): number;
  clock(): number;
}

/** Starts a stopwatch by whichever clock ran further: the count stops while a machine sleeps, and the clock can be set back. */
export function watchOf(machine: MachineTime): () => number {
  const begun = { count: machine.count(), clock: machine.clock() };
  return () => Math.max(machine.count() - begun.count, machine.clock() - begun.clock);
}

/** The clocks of the machine that this process runs on. */
export const thisMachine: MachineTime = { count: () => performance.now(), clock: () => Date.now() };

const FRESH_MS = 1_000;
/** How far the time must jump ahead of the count to be called a step. */
const STEP_MS = 5_000;

const NOW = "extract(epoch from clock_timestamp()) * 1000";
const timeShape = z.coerce.number();
const answerShape = z.tuple([z.object({ ms: timeShape })]);

/** Reads the database's time. @throws if the database is away */
export async function openClock(
  pool: Pick<pg.Pool, "query">,
  machine: MachineTime = thisMachine,
): Promise<SharedClock> {
  /** The database's time at count zero, in milliseconds since 1970. */
  let origin = -Infinity;
  let asked = { count: -Infinity, clock: -Infinity };
  let asking: Promise<void> | undefined;
  let stepped: number | undefined;

  const lookAtMachine = () => ({ count: machine.count(), clock: machine.clock() });

  async function ask(): Promise<void> {
    const before = lookAtMachine();
    const { rows } = await pool.query(`select ${NOW} as ms`);
    learn(before, answerShape.parse(rows)[0].ms);
  }

  /** @param before the machine's clocks when the question was sent */
  function learn(before: ReturnType<typeof lookAtMachine>, ms: number): void {
    const least = ms - machine.count();
    const most = ms - before.count;
    // A slow answer is imprecise. The time only changes if the answer contradicts it, so that it does not jump back and forth.
    if (origin < least || origin > most) {
      if (least - origin > STEP_MS && Number.isFinite(origin)) stepped = ms;
      origin = least;
    }
    asked = before;
  }

  /** If the two clocks ran differently, the machine slept or its clock was set. */
  function isFresh(): boolean {
    const passed = machine.count() - asked.count;
    return passed < FRESH_MS && Math.abs(machine.clock() - asked.clock - passed) < FRESH_MS;
  }

  async function catchUp(): Promise<void> {
    if (isFresh()) return;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    await asking;
  }

  await ask();
  return {
    now: () => new Date(origin + machine.count()),
    catchUp,
    steppedAt: () => (stepped === undefined ? undefined : new Date(stepped)),
    startWatch: () => watchOf(machine),
    question: {
      value: sql.raw(NOW),
      ask: () => {
        const before = lookAtMachine();
        return (answer) => learn(before, timeShape.parse(answer));
      },
    },
  };
}
