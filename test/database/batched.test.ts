import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { batched } from "../../src/database/batched.ts";
import type { Queryable } from "../../src/database/open.ts";
import { transactRepeatedly } from "../../src/database/repeated.ts";
import { locks } from "../../src/database/schema.ts";
import { freshDatabase } from "../harness/database/database.ts";

/** Runs batches that end on command. */
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
const hold = (transaction: Queryable, name: string) =>
  transaction.select().from(locks).where(eq(locks.name, name)).for("update");
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

test("what the database refuses for one of them fails that one, and is done for the others", async () => {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  const batches: number[] = [];
  const store = batched(async (names: readonly string[]) => {
    batches.push(names.length);
    await database.insert(locks).values(names.map((name) => ({ name })));
    return names.map(() => "stored" as const);
  });
  await store("taken");
  const ends = await Promise.allSettled(["one", "taken", "two"].map(store));
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(batches).toEqual([1, 3, 1, 1, 1]);
  expect(await database.select().from(locks)).toHaveLength(3);
});

test("a batch that waits in a circle with others is done again", async () => {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  await database.insert(locks).values([{ name: "one" }, { name: "two" }]);
  const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const take = batched(async (names: readonly string[]) => {
    await database.transaction(async (transaction) => {
      for (const name of names) {
        await hold(transaction, name);
        arrived[0]?.resolve();
        await arrived[1]?.promise;
      }
    });
    return names.map(() => "taken" as const);
  });
  const other = transactRepeatedly(database, async (transaction) => {
    await hold(transaction, "two");
    arrived[1]?.resolve();
    await arrived[0]?.promise;
    await hold(transaction, "one");
    return "done";
  });
  expect(await Promise.all([take("one"), take("two"), other])).toEqual(["taken", "taken", "done"]);
});
