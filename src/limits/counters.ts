/** In-memory counters of bounded size. A flood of made-up keys cannot evict a counter. */

/** The most keys that have a counter each. */
const MOST = 10_000;
/** Further keys share this many counters, chosen by hash, until other windows end. */
const CROWD = 1_024;
/** The shortest time between two searches for ended windows when all counters are taken, in milliseconds. */
const SEARCH_EVERY_MS = 1_000;

interface Counter {
  tries: number;
  endsAt: number;
}

export interface Count {
  /** Includes this attempt. */
  readonly tries: number;
  /** When the window ends, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** Counts attempts per key in windows of time. */
export class Counters {
  readonly #counters = new Map<string, Counter>();
  readonly #now: () => Date;
  #searchedAt = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Counts one attempt. The window of `seconds` starts with the first attempt. */
  add(key: string, seconds: number): Count {
    const time = this.#now().getTime();
    let place = key;
    let running = this.#counters.get(key);
    if (running === undefined && !this.#hasRoom(time)) {
      place = `crowd ${hash(key) % CROWD}`;
      running = this.#counters.get(place);
    }
    if (running !== undefined && running.endsAt > time) {
      running.tries += 1;
      return running;
    }
    const fresh = { tries: 1, endsAt: time + seconds * 1_000 };
    this.#counters.set(place, fresh);
    return fresh;
  }

  get size(): number {
    return this.#counters.size;
  }

  #hasRoom(time: number): boolean {
    if (this.#counters.size < MOST) return true;
    if (time - this.#searchedAt < SEARCH_EVERY_MS) return false;
    this.#searchedAt = time;
    for (const [key, { endsAt }] of this.#counters) if (endsAt <= time) this.#counters.delete(key);
    return this.#counters.size < MOST;
  }
}

/** FNV-1a, which spreads keys evenly enough. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
