/** A guarded fetch that loses the answers to chosen posts, as a network on the way would. */
import { createGuardedFetch, type SendingInit } from "../../src/net/guarded-fetch.ts";

/** `answer-cut`: the post is made, its answer lost. `arrives-late`: it is made after we have given up. */
export type Trouble = "answer-cut" | "arrives-late";

/** Longer than any of our calls waits. */
const LATE_MS = 35_000;

export interface LosingFetch {
  readonly fetch: typeof fetch;
  /** @param word in the post whose answer is lost, once */
  lose(word: string, trouble: Trouble): void;
  close(): Promise<void>;
}

export function createLosingFetch(allowedHosts: readonly string[]): LosingFetch {
  const guarded = createGuardedFetch({ allowedHosts });
  const orders = new Map<string, Trouble>();
  const late: Promise<unknown>[] = [];
  const take = (input: string | URL | Request, init: RequestInit | undefined): Trouble | undefined => {
    const isPost = String(input).endsWith("com.atproto.repo.putRecord");
    const body = typeof init?.body === "string" ? init.body : "";
    const word = isPost ? [...orders.keys()].find((each) => body.includes(each)) : undefined;
    const trouble = orders.get(word ?? "");
    orders.delete(word ?? "");
    return trouble;
  };
  return {
    fetch: async (input, init?: SendingInit) => {
      const trouble = take(input, init);
      if (trouble === undefined) return await guarded.fetch(input, init);
      if (trouble === "answer-cut") {
        await guarded.fetch(input, init);
        throw broken();
      }
      init?.beforeSending?.();
      const { signal, ...rest } = init ?? {};
      const arrives = new Promise((done) => setTimeout(done, LATE_MS));
      late.push(arrives.then(() => guarded.fetch(input, rest)));
      return await new Promise((_done, fail) => {
        signal?.addEventListener("abort", () => fail(signal.reason));
      });
    },
    lose: (word, trouble) => orders.set(word, trouble),
    close: async () => {
      await Promise.allSettled(late);
      await guarded.close();
    },
  };
}

function broken(): Error {
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  return new TypeError("fetch failed", { cause });
}
