/** What the networks' servers tell of the time, and whether enough of them agree. */
import type { MachineTime } from "../../database/clock.ts";

/** One server's word: what its time was when this machine's count was zero. */
export interface Voice {
  /** "api.network.example" */
  readonly host: string;
  /** People choose the servers of this network: all of them together count once, where there are enough others. */
  readonly isChosen: boolean;
  /** In milliseconds since 1970. */
  readonly origin: number;
  /** By how many milliseconds it may be wrong. */
  readonly slack: number;
}

/** The time of those who agree. */
export interface Agreed {
  readonly origin: number;
  /** The same, as early as their answers allow: a slow one tells only that it is not earlier. */
  readonly earliest: number;
  /** How many servers agree. */
  readonly hosts: number;
}

/** Servers keep their time better than that; what differs by more is wrong. In milliseconds. */
const ALIKE_MS = 5_000;
/** One alone may be the one that is wrong. */
const ENOUGH = 2;

/** @returns undefined where fewer than two servers, or no majority of them, agree */
export function agree(voices: readonly Voice[]): Agreed | undefined {
  const counted = countChosenOnce(voices);
  const middle = medianOf(counted.map(({ origin }) => origin));
  if (middle === undefined) return undefined;
  const alike = counted.filter(({ origin, slack }) => Math.abs(origin - middle) <= ALIKE_MS + slack);
  if (alike.length < ENOUGH || alike.length * 2 <= counted.length) return undefined;
  const origin = medianOf(alike.map(({ origin }) => origin)) ?? middle;
  const earliest = medianOf(alike.map(({ origin, slack }) => origin - slack)) ?? origin;
  return { origin, earliest, hosts: alike.length };
}

/** Whoever runs a few servers that are wrong on purpose must not outvote the networks. */
function countChosenOnce(voices: readonly Voice[]): readonly Voice[] {
  const chosen = voices.filter(({ isChosen }) => isChosen);
  const others = voices.filter(({ isChosen }) => !isChosen);
  const middle = medianOf(chosen.map(({ origin }) => origin));
  const one = chosen.find(({ origin }) => origin === middle);
  return others.length < ENOUGH || one === undefined ? voices : [...others, one];
}

/** The lower one of the two in the middle. */
function medianOf(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((one, other) => one - other)[Math.floor((numbers.length - 1) / 2)];
}

/** The last word of each server, as long as it says something. */
export interface Voices {
  hear(voice: Voice): void;
  /** Of the last quarter of an hour, and only while this machine neither slept nor had its clock set. */
  current(): readonly Voice[];
}

const LIFE_MS = 900_000;
/** Count and clock of a machine whose clock is slewed by NTP part by less within a quarter of an hour. */
const PARTED_MS = 1_500;

export function collectVoices(machine: MachineTime): Voices {
  let heard: readonly (Voice & { readonly count: number; readonly clock: number })[] = [];
  const current = () => {
    const [count, clock] = [machine.count(), machine.clock()];
    heard = heard.filter((voice) => {
      const passed = count - voice.count;
      return passed < LIFE_MS && Math.abs(clock - voice.clock - passed) < PARTED_MS;
    });
    return heard;
  };
  return {
    current,
    hear: (voice) => {
      const others = current().filter(({ host }) => host !== voice.host);
      heard = [...others.slice(-MOST), { ...voice, count: machine.count(), clock: machine.clock() }];
    },
  };
}

/** Of servers that are remembered at a time. */
const MOST = 50;
