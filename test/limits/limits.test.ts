/** What is allowed how often, counted by several processes on one real database. */
import { Writable } from "node:stream";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import { rateLimits } from "../../src/database/schema.ts";
import { Counters } from "../../src/limits/counters.ts";
import { createLimits, type Limits, tellWait } from "../../src/limits/limits.ts";
import { removeOldCounts } from "../../src/limits/removal.ts";
import { type Action, rules } from "../../src/limits/rules.ts";
import type { Attempt } from "../../src/limits/scopes.ts";
import { inEnglish } from "../../src/words/words.ts";
import { freshDatabase } from "../harness/database/database.ts";

const now = () => new Date();
const ana = "ana@example.com";

async function open() {
  const database = await freshDatabase();
  onTestFinished(() => database.close());
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
  return {
    ...database,
    log: () => lines.join(""),
    /** The limits of one more process. */
    process: (pool = database.pool) => createLimits({ pool, secret: "for tests", log: pino(sink), now }),
  };
}

/** @returns how many of the attempts were allowed */
async function tryOften(limits: Limits, action: Action, tries: number, from: (index: number) => Attempt) {
  let passed = 0;
  for (let index = 0; index < tries; index += 1)
    if ((await limits.count(action, from(index))) === undefined) passed += 1;
  return passed;
}

test("two processes count together, however their tries meet", async () => {
  const { process } = await open();
  const [one, other] = [process(), process()];
  const tries = Array.from({ length: 40 }, (_, index) =>
    (index % 2 === 0 ? one : other).count("sign-in", { person: ana }),
  );
  const waits = await Promise.all(tries);
  expect(waits.filter((wait) => wait === undefined)).toHaveLength(rules["sign-in"].perPerson);
  const wait = await process().count("sign-in", { person: ana });
  expect(wait).toBeGreaterThan(15 * 60 - 60);
  expect(wait).toBeLessThanOrEqual(15 * 60);
  expect(await other.count("sign-in", { person: "ben@example.com" })).toBeUndefined();
});

test.each([
  3_600_000, -3_600_000,
])("a process whose machine’s clock is %d ms ahead begins no window anew, and ends none", async (aheadMs) => {
  const { process } = await open();
  const most = rules["sign-in"].perPerson;
  expect(await tryOften(process(), "sign-in", most, () => ({ person: ana }))).toBe(most);
  const right = Date.now;
  const wrong = vi.spyOn(Date, "now").mockImplementation(() => right() + aheadMs);
  onTestFinished(() => wrong.mockRestore());
  const wait = await process().count("sign-in", { person: ana });
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(15 * 60);
});

test("20,000 made-up addresses empty no counter", async () => {
  const { process, database } = await open();
  const limits = process();
  const from: Attempt = { person: ana, ipAddress: "203.0.113.7" };
  expect(await tryOften(limits, "sign-in", 30, () => from)).toBe(20);
  await database.execute(sql`
    insert into rate_limits (key, points, expire)
    select 'sign-in network:' || md5(n::text), 1, ${Date.now() + 900_000} from generate_series(1, 20000) n`);
  expect(await limits.count("sign-in", from)).toBeDefined();
  expect(await process().count("sign-in", from)).toBeDefined();
});

test("an IPv6 household counts as one address, and a /48 gets no more than ten households", async () => {
  const { process } = await open();
  const limits = process();
  const { perNetwork } = rules["sign-in"];
  const household = (index: number): Attempt => ({ ipAddress: `2001:db8:1:1${10 + (index % 80)}::${index}` });
  expect(await tryOften(limits, "sign-in", perNetwork + 5, household)).toBe(perNetwork);
  expect(await limits.count("sign-in", { ipAddress: "2001:db8:1:200::1" })).toBeUndefined();
  const campus = (index: number): Attempt => ({ ipAddress: `2001:db8:2:${10 + (index % 90)}00::1` });
  expect(await tryOften(limits, "sign-in", perNetwork * 10 + 5, campus)).toBe(perNetwork * 10);
});

test("what strangers try keeps nobody out of a browser in which they signed in before", async () => {
  const { process } = await open();
  const limits = process();
  const stranger = (index: number): Attempt => ({ person: ana, ipAddress: `198.51.100.${index}` });
  expect(await tryOften(limits, "sign-in", 30, stranger)).toBe(20);
  const hers = { person: ana, ipAddress: "198.51.100.1", browser: "hers" };
  expect(await tryOften(limits, "sign-in", 25, () => hers)).toBe(20);
  expect(await limits.count("sign-in", { ...hers, browser: "her other one" })).toBeUndefined();
});

test("the limit for the whole service holds strangers back, and lets known browsers through", async () => {
  const { process, database } = await open();
  const limits = process();
  await limits.count("sign-in", {});
  await database.update(rateLimits).set({ points: rules["sign-in"].perService });
  expect(
    await limits.count("sign-in", { person: "ben@example.com", ipAddress: "203.0.113.1" }),
  ).toBeDefined();
  expect(await limits.count("sign-in", { person: ana, browser: "hers" })).toBeUndefined();
});

test("who is refused by one counter takes nothing from the next, and a flood costs neither query nor row", async () => {
  const { process, database } = await open();
  const limits = process();
  const one: Attempt = { ipAddress: "203.0.113.7" };
  expect(await tryOften(limits, "sign-in", 70, () => one)).toBe(60);
  const rows = () => database.select().from(rateLimits).orderBy(rateLimits.key);
  const before = await rows();
  for (let index = 0; index < 50; index += 1)
    expect(await limits.count("sign-in", { ...one, person: `p${index}@example.com` })).toBeDefined();
  expect(await rows()).toEqual(before);
});

test("what is asked often is taken from the shared counter ten at a time, and is bounded all the same", async () => {
  const { process, database } = await open();
  const [one, other] = [process(), process()];
  const asking = () => ({ person: ana });
  expect(await tryOften(one, "read", 10, asking)).toBe(10);
  expect((await database.select().from(rateLimits)).map(({ points }) => points)).toEqual([10, 10]);
  expect(await tryOften(one, "read", 70, asking)).toBe(70);
  expect(await tryOften(other, "read", 80, asking)).toBe(40);
  expect(await tryOften(one, "read", 80, asking)).toBe(0);
  expect(await one.count("read", { person: "ben" })).toBeUndefined();
});

test("the button is counted by network in the process, at once", async () => {
  const limits = (await open()).process();
  const { perNetwork } = rules.fragment;
  for (let index = 0; index < perNetwork; index += 1)
    if (limits.countHere("fragment", "203.0.113.7") !== undefined) throw new Error(`refused at ${index}`);
  expect(limits.countHere("fragment", "203.0.113.7")).toBeLessThanOrEqual(60);
  expect(limits.countHere("fragment", "203.0.113.8")).toBeUndefined();
});

test("a key tells nothing and is short, however long an email address is", async () => {
  const { process, database } = await open();
  const person = `${"a".repeat(2_000)}@example.com`;
  expect(await process().count("sign-in", { person, ipAddress: "203.0.113.7" })).toBeUndefined();
  const keys = (await database.select().from(rateLimits)).map(({ key }) => key);
  expect(keys).toHaveLength(3);
  expect(keys.join(" ")).not.toMatch(/aaaa|203\.0/);
});

test("while the database is away each process goes on counting by itself", async () => {
  const { process, log } = await open();
  const gone = openDatabase("postgres://nobody@127.0.0.1:1/none", () => {});
  onTestFinished(() => gone.close());
  expect(await tryOften(process(gone.pool), "sign-in", 30, () => ({ person: ana }))).toBe(20);
  expect(log()).toContain("ECONNREFUSED");
  expect(log()).not.toContain(ana);
});

test("windows that ended are forgotten, and those that run are not", async () => {
  const { process, database } = await open();
  await process().count("sign-in", { person: ana });
  await removeOldCounts({ database, now });
  expect(await database.select().from(rateLimits)).toHaveLength(2);
  await removeOldCounts({ database, now: () => new Date(Date.now() + 16 * 60_000) });
  expect(await database.select().from(rateLimits)).toHaveLength(0);
});

test("made-up keys neither fill the memory nor push a counter out", () => {
  let time = Date.now();
  const counters = new Counters(() => new Date(time));
  for (let tries = 0; tries < 50; tries += 1) counters.add(ana, 60);
  for (let index = 0; index < 50_000; index += 1) counters.add(`made up ${index}`, 60);
  expect(counters.size).toBeLessThan(12_000);
  expect(counters.add(ana, 60).tries).toBe(51);
  // Among so many, some share a counter.
  expect(counters.add("ben", 60).tries).toBeLessThan(100);
  time += 61_000;
  expect(counters.add("ben", 60).tries).toBe(1);
  expect(counters.size).toBeLessThan(10);
});

test("who must wait is told for how long", () => {
  expect(inEnglish(tellWait(15 * 60))).toBe("Too many attempts. Wait 15 minutes, then try again.");
  expect(inEnglish(tellWait(20))).toBe("Too many attempts. Wait a minute, then try again.");
});

test("while the database is away nobody waits for it at every counter", async () => {
  const { process, log } = await open();
  const gone = openDatabase("postgres://nobody@127.0.0.1:1/none", () => {});
  onTestFinished(() => gone.close());
  const limits = process(gone.pool);
  await tryOften(limits, "sign-in", 20, (index) => ({ person: ana, ipAddress: `198.51.100.${index}` }));
  expect(log().trimEnd().split("\n")).toHaveLength(1);
});
