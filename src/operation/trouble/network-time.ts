/**
 * Compares the database's clock with the networks'. Every response carries the server's time, and the majority shows
 * whether our clock is right. Extra requests are only made while there are no other calls.
 */
import { type MachineTime, thisMachine } from "../../database/clock.ts";
import { readServerTime } from "../../net/server-time.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { type Agreed, agree, collectServerTimes, type ServerTime } from "./server-times.ts";
import { isChosen, type TimeSource } from "./time-sources.ts";

export interface Offset {
  /** By how many milliseconds our clock is ahead, negative if behind. Accurate to about a second. */
  readonly aheadMs: number;
  /** The upper bound of the same. */
  readonly atMostMs: number;
  /** How many servers agree. */
  readonly hosts: number;
}

export interface NetworkTime {
  /** Wraps a `fetch` to read the time from each response. */
  watch(platform: PlatformName, fetcher: typeof fetch): typeof fetch;
  /**
   * By how many milliseconds our clock is ahead of the slowest server that agrees with the others, or, with too few
   * servers, of any network with a fixed address; undefined without answers.
   */
  furthestAhead(): number | undefined;
  /** Undefined if there are no fresh answers, or if they contradict each other. */
  offset(): Offset | undefined;
  /** Asks the networks for the time, at most once in 30 seconds. @returns how many answered */
  ask(sources: readonly TimeSource[]): Promise<Asked>;
}

interface Asked {
  /** Answers of networks with a fixed address; a server that people chose may be gone for good. */
  readonly fixed: number;
  readonly answered: number;
}

/** A slower response says too little about the time, in milliseconds. */
const SLOWEST_MS = 10_000;
const PATIENCE_MS = 3_000;
const AGAIN_MS = 30_000;
const PARTED_MS = 1_500;

/** Collects the networks' time from their responses. */
export function createNetworkTime(parts: {
  readonly fetch: typeof fetch;
  now(): Date;
  readonly machine?: MachineTime;
}): NetworkTime {
  const { machine = thisMachine } = parts;
  const times = collectServerTimes(machine);
  let last: { readonly count: number; readonly clock: number; readonly asked: Promise<Asked> } | undefined;

  const watch: NetworkTime["watch"] = (platform, fetcher) => async (input, init) => {
    const sentAt = machine.count();
    const response = await fetcher(input, init);
    const time = toServerTime(response, {
      ...{ platform, sentAt, heardAt: machine.count() },
      host: new URL(input instanceof Request ? input.url : input).host,
    });
    if (time !== undefined) times.add(time);
    return response;
  };

  async function askAll(sources: readonly TimeSource[]): Promise<Asked> {
    const answers = await Promise.all(
      sources.map(({ platform, address }) => askFor(watch(platform, parts.fetch), address)),
    );
    return {
      fixed: sources.filter((source) => !isChosen(source.platform)).length,
      answered: answers.filter(Boolean).length,
    };
  }

  return {
    watch,
    offset: () => {
      const agreed = agree(times.current());
      if (agreed === undefined) return undefined;
      const aheadMs = aheadOf(agreed, parts.now(), machine);
      return { aheadMs, atMostMs: aheadMs + agreed.origin - agreed.earliest, hosts: agreed.hosts };
    },
    furthestAhead: () => {
      const agreed = agree(times.current());
      const fixed = times.current().filter((time) => !time.isChosen);
      const origins = (agreed === undefined ? fixed : [agreed]).map(({ origin }) => origin);
      const behind = Math.min(...origins);
      return origins.length === 0 ? undefined : aheadOf({ origin: behind }, parts.now(), machine);
    },
    ask: async (sources) => {
      const [count, clock] = [machine.count(), machine.clock()];
      const passed = count - (last?.count ?? -Infinity);
      const isFresh = passed < AGAIN_MS && Math.abs(clock - (last?.clock ?? 0) - passed) < PARTED_MS;
      if (last === undefined || !isFresh) last = { count, clock, asked: askAll(sources) };
      return await last.asked;
    },
  };
}

function aheadOf({ origin }: Pick<Agreed, "origin">, now: Date, machine: MachineTime): number {
  return now.getTime() - (origin + machine.count());
}

/** Reads the time from a response. @returns undefined if it has none or is too slow */
function toServerTime(
  response: Response,
  call: { platform: PlatformName; host: string; sentAt: number; heardAt: number },
): ServerTime | undefined {
  const time = readServerTime(response.headers);
  const trip = call.heardAt - call.sentAt;
  if (time === undefined || trip > SLOWEST_MS || response.redirected) return undefined;
  return {
    host: call.host,
    isChosen: isChosen(call.platform),
    origin: time - (call.sentAt + trip / 2),
    slack: 500 + trip / 2,
  };
}

/** Requests only the headers of one server. @returns whether it answered at all */
async function askFor(fetcher: typeof fetch, address: string): Promise<boolean> {
  try {
    const response = await fetcher(address, {
      method: "HEAD",
      redirect: "manual",
      headers: { "cache-control": "no-cache" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
