/** Many actions of one person at the same time wait for each other, and nobody else waits for them. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../src/database/schema.ts";
import { actAs } from "../../src/people/acting.ts";
import { type FreshDatabase, freshDatabase } from "../harness/database/database.ts";

let opened: FreshDatabase;
const [ana, ben] = [{ id: "ana" }, { id: "ben" }];

beforeAll(async () => {
  opened = await freshDatabase();
  const people = [ana, ben].map(({ id }) => ({ id, name: id, email: `${id}@example.com` }));
  await opened.database.insert(users).values(people);
});
afterAll(() => opened.close());

test("a hundred acts of one person wait without the database connections that everybody needs", async () => {
  const { database, pool } = opened;
  const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let [under, most] = [0, 0];
  const slow = actAs({ database }, ana, async () => {
    begun.resolve();
    await mayEnd.promise;
  });
  await begun.promise;
  const others = Array.from({ length: 100 }, (_, number) =>
    actAs({ database }, ana, async (transaction) => {
      under += 1;
      most = Math.max(most, under);
      await transaction.execute(sql`select 1`);
      under -= 1;
      return number;
    }),
  );
  // Once this is answered, they have got as far as they can, and the other person's action is done.
  expect(await actAs({ database }, ben, async () => "done")).toBe("done");
  expect(pool.waitingCount).toBe(0);
  expect(pool.totalCount - pool.idleCount).toBeLessThanOrEqual(2);

  mayEnd.resolve();
  await slow;
  expect(await Promise.all(others)).toEqual(Array.from({ length: 100 }, (_, number) => number));
  expect(most).toBe(1);
});

test("an act that fails leaves the next one its turn", async () => {
  const { database } = opened;
  const failing = actAs({ database }, ana, () => Promise.reject(new Error("no")));
  const next = actAs({ database }, ana, async (transaction) => {
    const [row] = await transaction.select({ name: users.name }).from(users).where(eq(users.id, ana.id));
    return row?.name;
  });
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("ana");
});
