/**
 * The time that all processes share: the database's. Each asks for it every few seconds, and in between goes by the
 * count of its machine since then, which nobody sets. So a machine whose own clock is wrong, or is put right, does
 * nothing early or late.
 */
import type pg from "pg";
import { z } from "zod";

export interface SharedClock {
  /** Behind the database's time by the trip of its answer at most, and never ahead. */
  now(): Date;
  /** Resolves once the time is known as of a second ago: the count stands still while a machine sleeps. */
  catchUp(): Promise<void>;
  /** When the time last went ahead by more than this machine's count did: the clock was set, or the machine slept. */
  steppedAt(): Date | undefined;
  /** @returns how many milliseconds passed since it was called: never fewer, though a machine slept or its clock was set */
  startWatch(): () => number;
  close(): void;
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

/** How often the database is asked by itself, in milliseconds; quartz drifts by less than a millisecond meanwhile. */
const EVERY_MS = 10_000;
const FRESH_MS = 1_000;
/** By so much more than the count the time has to go ahead to be called a step. */
const STEP_MS = 5_000;

const timeShape = z.tuple([z.object({ ms: z.coerce.number() })]);

export async function openClock(
  pool: Pick<pg.Pool, "query">,
  machine: MachineTime = thisMachine,
): Promise<SharedClock> {
  /** The database's time when the machine's count was zero, in milliseconds since 1970. */
  let origin = -Infinity;
  let asked = { count: -Infinity, clock: -Infinity };
  let asking: Promise<void> | undefined;
  let stepped: number | undefined;

  async function ask(): Promise<void> {
    const before = { count: machine.count(), clock: machine.clock() };
    const { rows } = await pool.query("select extract(epoch from clock_timestamp()) * 1000 as ms");
    const [{ ms }] = timeShape.parse(rows);
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
  // Whoever needs the database while it is away meets that by themselves.
  const timer = setInterval(() => void catchUp().catch(() => {}), EVERY_MS);
  timer.unref();
  return {
    now: () => new Date(origin + machine.count()),
    catchUp,
    steppedAt: () => (stepped === undefined ? undefined : new Date(stepped)),
    startWatch: () => watchOf(machine),
    close: () => clearInterval(timer),
  };
}
