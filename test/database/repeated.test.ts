/** Transactions that the database aborts are repeated; others are not. */
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import type { Queryable } from "../../src/database/open.ts";
import { transactRepeatedly } from "../../src/database/repeated.ts";
import { locks } from "../../src/database/schema.ts";
import { freshDatabase } from "../harness/database/database.ts";

async function openLocks() {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  await database.insert(locks).values([{ name: "one" }, { name: "two" }]);
  return database;
}

const hold = (transaction: Queryable, name: string) =>
  transaction.select().from(locks).where(eq(locks.name, name)).for("update");

test("of two that wait for each other both are done in the end", async () => {
  const database = await openLocks();
  const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let tries = 0;
  const holdBoth = (at: number, names: readonly [string, string]) =>
    transactRepeatedly(database, async (transaction) => {
      tries += 1;
      await hold(transaction, names[0]);
      arrived[at]?.resolve();
      await Promise.all(arrived.map(({ promise }) => promise));
      await hold(transaction, names[1]);
      return at;
    });
  expect(await Promise.all([holdBoth(0, ["one", "two"]), holdBoth(1, ["two", "one"])])).toEqual([0, 1]);
  // The aborted one may meet the other once more.
  expect(tries).toBeGreaterThanOrEqual(3);
});

test("what fits in with no other is done again, and given up in the end", async () => {
  const database = await openLocks();
  let tries = 0;
  const work = transactRepeatedly(database, async (transaction) => {
    tries += 1;
    await transaction.execute(
      "do $$ begin raise exception 'could not serialize access' using errcode = '40001'; end $$",
    );
  });
  await expect(work).rejects.toMatchObject({ cause: { code: "40001" } });
  expect(tries).toBe(5);
});

test("any other failure is told at once", async () => {
  const database = await openLocks();
  let tries = 0;
  const work = transactRepeatedly(database, async (transaction) => {
    tries += 1;
    await transaction.insert(locks).values({ name: "one" });
  });
  await expect(work).rejects.toMatchObject({ cause: { code: "23505" } });
  expect(tries).toBe(1);
});
