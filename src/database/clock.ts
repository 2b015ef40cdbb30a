/**
 * The time that all processes share: the database's. Each asks for it every few seconds (pulse.ts), and in between goes by the
 * count of its machine since then, which nobody sets. So a machine whose own clock is wrong, or is put right, does
 * nothing early or late.
 */
import { sql } from "drizzle-orm";
import type pg from "pg";
import { z } from "zod";
import type { Question } from "./pulse.ts";

export interface SharedClock {
  /** Behind the database's time by the trip of its answer at most, and never ahead. */
  now(): Date;
  /** Resolves once the time is known as of a second ago: the count stands still while a machine sleeps. */
  catchUp(): Promise<void>;
  /** When the time last went ahead by more than this machine's count did: the clock was set, or the machine slept. */
  steppedAt(): Date | undefined;
  /** @returns how many milliseconds passed since it was called: never fewer, though a machine slept or its clock was set */
  startWatch(): () => number;
  /** Keeps it right: quartz drifts by less than a millisecond in ten seconds. Absent where it needs no telling. */
  readonly question?: Question;
}

/** What a machine tells of time, in milliseconds: by a count that only goes on, and by its clock, which may be set. */
export interface MachineTime {
  count(): number;
  clock(): number;
}

/** By whichever noticed more: the count stands still while a machine sleeps, and its clock may be set back. */
export function watchOf(machine: MachineTime): () => number {
  const begun = { count: machine.count(), clock: machine.clock() };
  return () => Math.max(machine.count() - begun.count, machine.clock() - begun.clock);
}

export const thisMachine: MachineTime = { count: () => performance.now(), clock: () => Date.now() };

const FRESH_MS = 1_000;
/** By so much more than the count the time has to go ahead to be called a step. */
const STEP_MS = 5_000;

const NOW = "extract(epoch from clock_timestamp()) * 1000";
const timeShape = z.coerce.number();
const answerShape = z.tuple([z.object({ ms: timeShape })]);

export async function openClock(
  pool: Pick<pg.Pool, "query">,
  machine: MachineTime = thisMachine,
): Promise<SharedClock> {
  /** The database's time when the machine's count was zero, in milliseconds since 1970. */
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

  /** @param before as the machine told it when the question was sent */
  function learn(before: ReturnType<typeof lookAtMachine>, ms: number): void {
    const least = ms - machine.count();
    const most = ms - before.count;
    // A slow answer says little; what it does not contradict stays, so that time does not jump to and fro.
    if (origin < least || origin > most) {
      if (least - origin > STEP_MS && Number.isFinite(origin)) stepped = ms;
      origin = least;
    }
    asked = before;
  }

  /** Where count and clock went on differently the machine slept, or its clock was set. */
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
