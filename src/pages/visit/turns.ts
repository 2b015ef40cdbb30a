/**
 * Who reads next, where many pages and pictures wait to be read: people take turns, and so do sites. Nobody, person or
 * site, takes more places than are left free, so that there is always one for the next.
 */

/** Something to be read. */
export interface Reading {
  /** Whose site is asked. */
  readonly site: string;
  /** Never rejects. */
  start(): Promise<void>;
  /** It waited too long, and is not read. */
  giveUp(): void;
}

export interface Turns {
  /** @returns false: too much is waiting already, of this reader or of all, and nothing is done */
  queue(reading: Reading, reader: string): boolean;
  /** Somebody else wants what waits already: it comes with whoever's turn is first. */
  join(reading: Reading, reader: string): void;
}

export interface TurnsOptions {
  readonly places: number;
  readonly mostWaiting: number;
  readonly mostWaitingEach: number;
  /** So long something waits at most, in milliseconds. */
  readonly waitMs: number;
}

interface Waiting {
  readonly reading: Reading;
  readonly readers: Set<string>;
  readonly patience: NodeJS.Timeout;
}

export function createTurns({ places, mostWaiting, mostWaitingEach, waitMs }: TurnsOptions): Turns {
  /** In the order they came. */
  const waiting = new Map<Reading, Waiting>();
  const running = new Map<Reading, string>();

  const held = (test: (reading: Reading, reader: string) => boolean) =>
    [...running].filter(([reading, reader]) => test(reading, reader)).length;
  const heldBy = (reader: string) => held((_, each) => each === reader);
  const heldAt = (site: string) => held((reading) => reading.site === site);

  /** Of those that may start now, the first of the reader who holds the fewest places. */
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
      // Whoever has nothing waiting yet is let in, however many others wait.
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
