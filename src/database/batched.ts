/**
 * Many callers, one statement: while a batch is under way the next one gathers, and where nothing is under way a call
 * goes out at once. Under load it saves most round trips and commits; at rest it costs nothing.
 */

import { sqlStateOf } from "./connection/sql-state.ts";
import { repeatedly } from "./repeated.ts";

interface Call<In, Out> {
  readonly item: In;
  resolve(result: Out): void;
  reject(error: unknown): void;
}

/**
 * @param run handles some at once, in one statement, and returns what became of each, in their order. It is run again where
 * the database breaks it off, and for each alone where it is refused for what one of them holds.
 * @param most in one batch
 */
export function batched<In, Out>(
  run: (items: readonly In[]) => Promise<readonly Out[]>,
  most = 50,
): (item: In) => Promise<Out> {
  const waiting: Call<In, Out>[] = [];
  let isRunning = false;

  async function runAll(calls: readonly Call<In, Out>[]): Promise<void> {
    try {
      const results = await repeatedly(() => run(calls.map(({ item }) => item)));
      for (const [index, call] of calls.entries()) {
        const result = results[index];
        if (result === undefined) call.reject(new Error("A batch returned too few results."));
        else call.resolve(result);
      }
    } catch (error) {
      // What was refused has changed nothing; apart from each other, only the one that it was refused for fails.
      if (calls.length > 1 && isAboutValues(error)) for (const call of calls) await runAll([call]);
      else for (const call of calls) call.reject(error);
    }
  }

  async function drain(): Promise<void> {
    // Those of the same moment go together.
    await Promise.resolve();
    while (waiting.length > 0) await runAll(waiting.splice(0, most));
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      void drain();
    });
}

/** PostgreSQL's classes 22 (values that it cannot read or hold) and 23 (values that its constraints refuse). */
function isAboutValues(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error) ?? "");
}
