/** What others send, as PostgreSQL stores it. */
import { eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditEvents, readPages, settings, users } from "../../src/database/schema.ts";
import { type FreshDatabase, freshDatabase } from "../harness/database/database.ts";

let open: FreshDatabase;
beforeAll(async () => {
  open = await freshDatabase();
});
afterAll(() => open.close());

test("a NUL in a text is stored as U+FFFD, and finds nothing but itself", async () => {
  const { database } = open;
  const row = { id: "ana", name: "A\0na", email: "ana@example.com" };
  await database.insert(users).values(row);
  const [stored] = await database.select().from(users);
  expect(stored?.name).toBe("A\ufffdna");
  expect(await database.select().from(users).where(eq(users.id, "ana\0"))).toEqual([]);
  expect(
    await database
      .select()
      .from(users)
      .where(inArray(users.id, ["\0ana", "a\0na"])),
  ).toEqual([]);
  expect(
    await database
      .select()
      .from(users)
      .where(sql`${users.id} = any(${sql.param(["ana\0"])})`),
  ).toEqual([]);
  expect((await open.pool.query("select $1::text as told", ["x\0"])).rows).toEqual([{ told: "x\ufffd" }]);
});

test("JSON is stored without NUL and without halves of characters", async () => {
  const { database } = open;
  await database.insert(settings).values({ name: "odd", value: { a: "x\0y", b: ["\ud800", "\\u0000"] } });
  const [stored] = await database.select().from(settings);
  expect(stored?.value).toEqual({ a: "xy", b: ["\ufffd", "\\u0000"] });
});

test.each([
  [new Date(8_640_000_000_000_000), "9999-12-31T23:59:59.999Z"],
  [new Date(-8_640_000_000_000_000), "1000-01-01T00:00:00.000Z"],
  [new Date("0000-06-01"), "1000-01-01T00:00:00.000Z"],
  [new Date("2026-11-30T12:00:00.123Z"), "2026-11-30T12:00:00.123Z"],
])("the moment %s is stored as %s", async (moment, stored) => {
  const { database } = open;
  const url = `https://blog.example.com/${moment.getTime()}`;
  await database.insert(readPages).values({ url, readAt: moment });
  const [row] = await database.select().from(readPages).where(eq(readPages.url, url));
  expect(row?.readAt.toISOString()).toBe(stored);
});

test("what has no moment of its own is stored with the present one", async () => {
  const { database } = open;
  await database.insert(auditEvents).values({ action: "person.signed-in", subject: "ana" });
  const [row] = await database.select().from(auditEvents);
  expect(Math.abs((row?.createdAt.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
});
