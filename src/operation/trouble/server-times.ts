/** What the networks' servers say about the time, and whether enough of them agree. */
import type { MachineTime } from "../../database/clock.ts";

/** One server's time, as its value when this machine's counter was zero. */
export interface ServerTime {
  /** "api.network.example" */
  readonly host: string;
  /** People choose the servers of this network. If there are enough others, all of these count as one. */
  readonly isChosen: boolean;
  /** In milliseconds since 1970. */
  readonly origin: number;
  /** Its possible error in milliseconds. */
  readonly slack: number;
}

/** The time that a majority agrees on. */
export interface Agreed {
  readonly origin: number;
  /** The earliest time that the responses allow: a slow response only gives a lower bound. */
  readonly earliest: number;
  /** How many servers agree. */
  readonly hosts: number;
}

/** Servers keep better time than this; a larger difference means that one is wrong. In milliseconds. */
const ALIKE_MS = 5_000;
/** A single server may be the wrong one. */
const ENOUGH = 2;

/** The time that a majority agrees on. @returns undefined without at least two servers and a majority */
export function agree(times: readonly ServerTime[]): Agreed | undefined {
  const counted = countChosenOnce(times);
  const middle = medianOf(counted.map(({ origin }) => origin));
  if (middle === undefined) return undefined;
  const alike = counted.filter(({ origin, slack }) => Math.abs(origin - middle) <= ALIKE_MS + slack);
  if (alike.length < ENOUGH || alike.length * 2 <= counted.length) return undefined;
  const origin = medianOf(alike.map(({ origin }) => origin)) ?? middle;
  const earliest = medianOf(alike.map(({ origin, slack }) => origin - slack)) ?? origin;
  return { origin, earliest, hosts: alike.length };
}

/** Keeps a few deliberately wrong servers from outvoting the networks. */
function countChosenOnce(times: readonly ServerTime[]): readonly ServerTime[] {
  const chosen = times.filter(({ isChosen }) => isChosen);
  const others = times.filter(({ isChosen }) => !isChosen);
  const middle = medianOf(chosen.map(({ origin }) => origin));
  const one = chosen.find(({ origin }) => origin === middle);
  return others.length < ENOUGH || one === undefined ? times : [...others, one];
}

/** The lower of the two middle values. */
function medianOf(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((one, other) => one - other)[Math.floor((numbers.length - 1) / 2)];
}

/** The latest time of each server, while it is meaningful. */
export interface ServerTimes {
  add(time: ServerTime): void;
  /** Times of the last quarter of an hour, dropped when the machine slept or its clock was set. */
  current(): readonly ServerTime[];
}

const LIFE_MS = 900_000;
/** NTP slews a clock by less than this in a quarter of an hour. */
const PARTED_MS = 1_500;

export function collectServerTimes(machine: MachineTime): ServerTimes {
  let kept: readonly (ServerTime & { readonly count: number; readonly clock: number })[] = [];
  const current = () => {
    const [count, clock] = [machine.count(), machine.clock()];
    kept = kept.filter((time) => {
      const passed = count - time.count;
      return passed < LIFE_MS && Math.abs(clock - time.clock - passed) < PARTED_MS;
    });
    return kept;
  };
  return {
    current,
    add: (time) => {
      const others = current().filter(({ host }) => host !== time.host);
      kept = [...others.slice(-MOST), { ...time, count: machine.count(), clock: machine.clock() }];
    },
  };
}

/** Servers that are remembered at a time. */
const MOST = 50;
