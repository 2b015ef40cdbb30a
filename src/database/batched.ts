/**
 * Combines concurrent calls into one statement. While a batch runs, the next one collects calls; if none runs, a call starts
 * at once. Under load this saves most round trips and commits, and at rest it costs nothing.
 */

import { sqlStateOf } from "./connection/sql-state.ts";
import { repeatedly } from "./repeated.ts";

interface Call<In, Out> {
  readonly item: In;
  resolve(result: Out): void;
  reject(error: unknown): void;
}

/**
 * @param run handles a batch in one statement and returns one result per item, in order. It runs again if the database
 * aborts it (a deadlock), and once per item if the database rejects a value.
 * @param most the largest batch
 * @returns a function that adds one item to a batch; it rejects with what `run` throws
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
      // A rejected statement has changed nothing. Run one by one, only the item with the bad value fails.
      if (calls.length > 1 && isAboutValues(error)) for (const call of calls) await runAll([call]);
      else for (const call of calls) call.reject(error);
    }
  }

  async function drain(): Promise<void> {
    // Calls made in the same tick join the first batch.
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

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation). */
function isAboutValues(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error) ?? "");
}
