import { expect, test } from "vitest";
import { batched } from "../../src/database/batched.ts";

/** Runs batches that end when they are told to. */
function controlled(most?: number) {
  const batches: number[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const call = batched(async (items: readonly number[]) => {
    batches.push([...items]);
    await new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
    return items.map((item) => item * 10);
  }, most);
  return { batches, ends, call };
}
const turn = () => new Promise((done) => setImmediate(done));

test("what comes at the same moment goes together, what comes meanwhile goes together next", async () => {
  const { batches, ends, call } = controlled();
  const first = [call(1), call(2)];
  await turn();
  const next = [call(3), call(4), call(5)];
  expect(batches).toEqual([[1, 2]]);
  ends[0]?.();
  expect(await Promise.all(first)).toEqual([10, 20]);
  await turn();
  expect(batches).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  ends[1]?.();
  expect(await Promise.all(next)).toEqual([30, 40, 50]);
});

test("no batch is larger than it may be", async () => {
  const { batches, ends, call } = controlled(2);
  const all = Promise.all([1, 2, 3].map(call));
  await turn();
  ends[0]?.();
  await turn();
  ends[1]?.();
  expect(await all).toEqual([10, 20, 30]);
  expect(batches).toEqual([[1, 2], [3]]);
});

test("a failure is told to those whom it concerns, and the next batch goes on", async () => {
  const { ends, call } = controlled();
  const failing = [call(1), call(2)];
  await turn();
  const fine = call(3);
  ends[0]?.(new Error("The connection broke."));
  for (const one of failing) await expect(one).rejects.toThrow("The connection broke.");
  await turn();
  ends[1]?.();
  expect(await fine).toBe(30);
});
