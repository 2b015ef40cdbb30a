/** Watches whether the database's clock is right, and up to when scheduled shares may go out. */
import { type MachineTime, thisMachine } from "../../database/clock.ts";
import type { NetworkTime, Offset } from "./network-time.ts";
import type { TimeSource } from "./time-sources.ts";

/** The clock counts as wrong beyond this difference. */
const WRONG_MS = 60_000;
/** NTP corrections are smaller. */
const STEP_MS = 1_500;

export interface ClockWatchParts {
  readonly networkTime: NetworkTime;
  now(): Date;
  /** Resolves once `now` is right, even after the machine slept. */
  catchUp(): Promise<void>;
  findSources(): Promise<readonly TimeSource[]>;
  readonly log: { warn(details: object, message: string): void };
  readonly machine?: MachineTime;
}

export interface ClockWatch {
  /** See sharing/runtime.ts. */
  scheduledUpTo(isAnyDue: () => Promise<boolean>): Promise<Date | undefined>;
  mayBeAheadMs(): number;
  /** How far the clock is off, if it is wrong. Asks the networks again if this machine's clock was set. */
  findWrong(): Promise<Offset | undefined>;
  /** By how many milliseconds the clock is ahead of the networks', negative if behind; undefined if unknown. */
  aheadMs(): number | undefined;
}

/** Watches the clock by what the networks' answers say about the time. */
export function createClockWatch(parts: ClockWatchParts): ClockWatch {
  const { networkTime, now, catchUp, findSources, log, machine = thisMachine } = parts;
  let last = { count: machine.count(), clock: machine.clock() };
  let isUnanswered = false;

  /** Asks the networks for the time. @returns false if none answers */
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

  /** Whether the clock was set, or the machine slept, since the networks were asked. */
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
      // Better seconds late than early: slow answers leave the time uncertain.
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

/** A clock that is right by definition, such as a test's. */
export function trustClock(now: () => Date): ClockWatch {
  return {
    scheduledUpTo: async () => now(),
    mayBeAheadMs: () => 0,
    findWrong: async () => undefined,
    aheadMs: () => undefined,
  };
}
