/** A fetch that holds back one response of a network until a test lets it through. */
import { emulatedFetch } from "./emulated-fetch.ts";

export interface Gate {
  readonly fetch: typeof fetch;
  /** Resolves when the network has answered. */
  readonly reached: Promise<void>;
  /** Lets the response through. */
  open(): void;
}

/** Wraps a fetch. @param path the first call to this path is held back */
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
