/** Whether our clock, the database's, is right, and what people scheduled may go out by it. */
import { type MachineTime, thisMachine } from "../../database/clock.ts";
import type { NetworkTime, Offset, TimeSource } from "./network-time.ts";

/** By more than this our clock is called wrong. */
const WRONG_MS = 60_000;
/** NTP's own corrections are smaller. */
const STEP_MS = 1_500;

export interface ClockWatchParts {
  readonly networkTime: NetworkTime;
  now(): Date;
  /** Resolves once `now` is right. */
  catchUp(): Promise<void>;
  findSources(): Promise<readonly TimeSource[]>;
  readonly log: { warn(details: object, message: string): void };
  readonly machine?: MachineTime;
}

export interface ClockWatch {
  /** See sharing/runtime.ts. */
  scheduledUpTo(isAnyDue: () => Promise<boolean>): Promise<Date | undefined>;
  mayBeAheadMs(): number;
  /** Where our clock is wrong: by how much. Asks the networks anew where this machine's clock was set since. */
  findWrong(): Promise<Offset | undefined>;
  /** By how many milliseconds our clock is ahead of the networks', less than 0 where it is behind; undefined: nobody knows. */
  aheadMs(): number | undefined;
}

export function createClockWatch(parts: ClockWatchParts): ClockWatch {
  const { networkTime, now, catchUp, findSources, log, machine = thisMachine } = parts;
  let last = { count: machine.count(), clock: machine.clock() };
  let isUnanswered = false;

  /** @returns false where none of the networks answers */
  async function ask(): Promise<boolean> {
    const { fixed, answered } = await networkTime.ask(await findSources());
    const wasUnanswered = isUnanswered;
    isUnanswered = fixed > 0 && answered === 0;
    if (isUnanswered && !wasUnanswered)
      log.warn(
        { asked: fixed },
        "no network answers: scheduled shares that are due wait until one does, and the clock cannot be compared",
      );
    return !isUnanswered;
  }

  /** Since it was last asked; also where the machine slept. */
  function wasSet(): boolean {
    const before = last;
    last = { count: machine.count(), clock: machine.clock() };
    return Math.abs(last.clock - before.clock - (last.count - before.count)) > STEP_MS;
  }

  return {
    scheduledUpTo: async (isAnyDue) => {
      if (networkTime.offset() === undefined && (await isAnyDue())) {
        if (!(await ask())) return undefined;
        await catchUp();
      }
      const { aheadMs, atMostMs } = networkTime.offset() ?? { aheadMs: 0, atMostMs: 0 };
      // Rather seconds late than early: by slow answers nobody knows the time better.
      return new Date(now().getTime() - (aheadMs > WRONG_MS ? atMostMs : 0));
    },
    mayBeAheadMs: () => {
      const aheadMs = networkTime.furthestAhead() ?? 0;
      return aheadMs > WRONG_MS ? aheadMs : 0;
    },
    findWrong: async () => {
      if (wasSet()) {
        await ask();
        await catchUp();
      }
      const offset = networkTime.offset();
      return offset !== undefined && Math.abs(offset.aheadMs) > WRONG_MS ? offset : undefined;
    },
    aheadMs: () => networkTime.offset()?.aheadMs,
  };
}

/** A clock that is right by definition: what stands in the database's place sets the time. */
export function trustClock(now: () => Date): ClockWatch {
  return {
    scheduledUpTo: async () => now(),
    mayBeAheadMs: () => 0,
    findWrong: async () => undefined,
    aheadMs: () => undefined,
  };
}
