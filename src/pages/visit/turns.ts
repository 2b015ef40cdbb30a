/**
 * Decides which page or picture is read next. People take turns, and so do sites. No person and no site takes more
 * places than it leaves free, so there is always one for the next.
 */

/** Something to read. */
export interface Reading {
  /** The site that is asked. */
  readonly site: string;
  /** Never rejects. */
  start(): Promise<void>;
  /** Called if it waited too long and is not read. */
  giveUp(): void;
}

export interface Turns {
  /** Queues a reading. @returns false if this reader or all together have too much waiting */
  queue(reading: Reading, reader: string): boolean;
  /** Another reader wants a waiting reading too: it starts with the first one's turn. */
  join(reading: Reading, reader: string): void;
}

export interface TurnsOptions {
  readonly places: number;
  readonly mostWaiting: number;
  readonly mostWaitingEach: number;
  /** How long a reading waits at most, in milliseconds. */
  readonly waitMs: number;
}

interface Waiting {
  readonly reading: Reading;
  readonly readers: Set<string>;
  readonly patience: NodeJS.Timeout;
}

/** Creates an empty queue. */
export function createTurns({ places, mostWaiting, mostWaitingEach, waitMs }: TurnsOptions): Turns {
  /** In the order of arrival. */
  const waiting = new Map<Reading, Waiting>();
  const running = new Map<Reading, string>();

  const held = (test: (reading: Reading, reader: string) => boolean) =>
    [...running].filter(([reading, reader]) => test(reading, reader)).length;
  const heldBy = (reader: string) => held((_, each) => each === reader);
  const heldAt = (site: string) => held((reading) => reading.site === site);

  /** Of the readings that may start now, the first one of the reader with the fewest places. */
  function findNext(): { readonly reading: Reading; readonly reader: string } | undefined {
    const free = places - running.size;
    let next: { readonly reading: Reading; readonly reader: string; readonly holds: number } | undefined;
    for (const { reading, readers } of waiting.values()) {
      if (heldAt(reading.site) >= free) continue;
      for (const reader of readers) {
        const holds = heldBy(reader);
        if (holds < free && (next === undefined || holds < next.holds)) next = { reading, reader, holds };
      }
    }
    return next;
  }

  function startNext(): void {
    for (let next = findNext(); next !== undefined; next = findNext()) {
      const { reading, reader } = next;
      clearTimeout(waiting.get(reading)?.patience);
      waiting.delete(reading);
      running.set(reading, reader);
      void reading.start().finally(() => {
        running.delete(reading);
        startNext();
      });
    }
  }

  return {
    queue(reading, reader) {
      const own = [...waiting.values()].filter(({ readers }) => readers.has(reader)).length;
      // A reader with nothing waiting is always let in.
      if (own >= mostWaitingEach || (own > 0 && waiting.size >= mostWaiting)) return false;
      const patience = setTimeout(() => {
        waiting.delete(reading);
        reading.giveUp();
      }, waitMs);
      waiting.set(reading, { reading, readers: new Set([reader]), patience });
      startNext();
      return true;
    },
    join(reading, reader) {
      waiting.get(reading)?.readers.add(reader);
      startNext();
    },
  };
}
