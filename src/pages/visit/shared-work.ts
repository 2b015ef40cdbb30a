/** Work on sites that is shared: requested twice at a time, it is done once. */
import type { ReaderWorld } from "../reader.ts";
import type { Reading as Turn, Turns } from "./turns.ts";

/** Work by address, done once for all who ask at the same time and limited by turns. */
export function shareWork<T>(turns: Turns, log: ReaderWorld["log"]) {
  const underWay = new Map<string, { readonly turn: Turn; readonly done: Promise<T | undefined> }>();
  return {
    /** Joins or queues the work. Undefined, now or later, if its turn does not come. @param address the page */
    join(address: string, reader: string, work: () => Promise<T>): Promise<T | undefined> | undefined {
      const known = underWay.get(address);
      if (known !== undefined) {
        turns.join(known.turn, reader);
        return known.done;
      }
      const { promise: done, resolve, reject } = Promise.withResolvers<T | undefined>();
      const turn: Turn = {
        site: new URL(address).host,
        start: () =>
          work()
            .then(resolve, reject)
            .finally(() => underWay.delete(address)),
        giveUp() {
          underWay.delete(address);
          resolve(undefined);
        },
      };
      // The caller continues without it; failures of our database or picture store are for the operator.
      done.catch((error: unknown) => log.warn({ err: error }, "a page or its picture could not be kept"));
      underWay.set(address, { turn, done });
      if (turns.queue(turn, reader)) return done;
      underWay.delete(address);
      return undefined;
    },
    /** The running work; undefined if there is none. */
    find: (address: string) => underWay.get(address)?.done,
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay.values()].map(({ done }) => done));
    },
  };
}

/** Waits until `end`. Undefined if the work is late or fails. */
export async function inTime<T>(end: AbortSignal, work: Promise<T> | undefined): Promise<T | undefined> {
  if (work === undefined || end.aborted) return undefined;
  return await new Promise<T | undefined>((done) => {
    const stop = () => done(undefined);
    end.addEventListener("abort", stop, { once: true });
    work.then(done, stop).finally(() => end.removeEventListener("abort", stop));
  });
}
