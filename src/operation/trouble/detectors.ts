/** Troubles that this process can detect without the database. */
import type { MachineTime } from "../../database/clock.ts";
import { thisMachine } from "../../database/clock.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import type { ClockWatch } from "./clock-watch.ts";
import type { Detector } from "./trouble-watch.ts";

/** Reports a clock that is wrong by more than a minute. */
export function detectWrongClock(clock: Pick<ClockWatch, "findWrong">): Detector {
  return async () => {
    const wrong = await clock.findWrong();
    if (wrong === undefined) return undefined;
    const details = { aheadSeconds: Math.round(wrong.aheadMs / 1_000), hosts: wrong.hosts };
    return { name: "clock", details };
  };
}

/** How late a look may come before it is reported, in milliseconds. */
const HELD_UP_MS = 5_000;
/** How long it is reported afterwards, in milliseconds. */
const TOLD_MS = 300_000;

/** Reports that the event loop was blocked. @param everyMs how often the look runs, in milliseconds */
export function detectBlockedLoop(
  everyMs: number,
  machine: Pick<MachineTime, "count"> = thisMachine,
): Detector {
  let last = machine.count();
  let worst: { readonly seconds: number; readonly until: number } | undefined;
  return () => {
    const now = machine.count();
    const lateMs = now - last - everyMs;
    last = now;
    if (lateMs > HELD_UP_MS) worst = { seconds: Math.round(lateMs / 1_000), until: now + TOLD_MS };
    if (worst === undefined || now > worst.until) return undefined;
    return { name: "event-loop", details: { seconds: worst.seconds } };
  };
}

/** Consecutive failures, spread over some time, after which a network counts as unreachable or in trouble. */
const FAILURES = 5;
const FAILING_MS = 60_000;
/** Older failures no longer count, in milliseconds. */
const FORGOTTEN_MS = 1_800_000;

export interface CallOutcomes {
  /** Wraps a `fetch` to watch the outcome of its calls. */
  watch(platform: PlatformName, fetcher: typeof fetch): typeof fetch;
  readonly detect: Detector;
}

/** Detects networks whose calls fail one after another, counting reads and writes apart. A refusal is an answer. */
export function watchOutcomes(machine: Pick<MachineTime, "count"> = thisMachine): CallOutcomes {
  const [reading, changing] = [watchRow(machine), watchRow(machine)];
  return {
    watch: (platform, fetcher) => async (input, init) => {
      const method = init?.method ?? (input instanceof Request ? input.method : "GET");
      const { note } = ["GET", "HEAD"].includes(method) ? reading : changing;
      try {
        const response = await fetcher(input, init);
        note(platform, response.status >= 500);
        return response;
      } catch (error) {
        note(platform, true);
        throw error;
      }
    },
    detect: () => {
      const platforms = platformNames.filter(
        (platform) => reading.isFailing(platform) || changing.isFailing(platform),
      );
      return platforms.length === 0 ? undefined : { name: "networks", details: { platforms } };
    },
  };
}

/** The failures of each network since its last success. */
function watchRow(machine: Pick<MachineTime, "count">) {
  const failing = new Map<PlatformName, { times: number; since: number; last: number }>();
  return {
    note: (platform: PlatformName, isFailure: boolean): void => {
      if (!isFailure) {
        failing.delete(platform);
        return;
      }
      const now = machine.count();
      const { times, since } = failing.get(platform) ?? { times: 0, since: now };
      failing.set(platform, { times: times + 1, since, last: now });
    },
    isFailing: (platform: PlatformName): boolean => {
      const now = machine.count();
      const { times = 0, since = now, last = now } = failing.get(platform) ?? {};
      return times >= FAILURES && last - since >= FAILING_MS && now - last < FORGOTTEN_MS;
    },
  };
}
