/** A fetch that keeps one answer of a network back until a test has done what is to happen meanwhile. */
import { emulatedFetch } from "./emulated-fetch.ts";

export interface Gate {
  readonly fetch: typeof fetch;
  /** The network has answered. */
  readonly reached: Promise<void>;
  /** Lets the answer through. */
  open(): void;
}

/** @param path of the one call that is kept back, the first to it */
export function gateAfter(path: RegExp): Gate {
  const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isUsed = false;
  return {
    fetch: async (input, init) => {
      const { url } = new Request(input, init);
      const answer = await emulatedFetch(input, init);
      if (!isUsed && path.test(new URL(url).pathname)) {
        isUsed = true;
        reached.resolve();
        await opened.promise;
      }
      return answer;
    },
    reached: reached.promise,
    open: () => opened.resolve(),
  };
}
