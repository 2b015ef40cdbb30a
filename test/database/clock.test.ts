/**
 * One time for all processes, on a real database, even if a machine's own clock is wrong, is changed or stands still.
 */
import { expect, onTestFinished, test } from "vitest";
import { openClock } from "../../src/database/clock.ts";
import { freshDatabase } from "../harness/database/database.ts";

const HOUR_MS = 3_600_000;

async function open(given: { clockAheadMs: number }) {
  const { pool, close } = await freshDatabase();
  let asleepMs = 0;
  let aheadMs = given.clockAheadMs;
  const machine = { count: () => performance.now() - asleepMs, clock: () => Date.now() + aheadMs };
  const clock = await openClock(pool, machine);
  onTestFinished(close);
  const readDatabase = async () => {
    const { rows } = await pool.query<{ at: Date }>("select clock_timestamp() as at");
    return rows[0]?.at.getTime() ?? Number.NaN;
  };
  return {
    ...clock,
    set: (ms: number) => (aheadMs += ms),
    /** Its monotonic clock stands still while its wall clock continues, and the rest of the world has not waited. */
    sleep: (ms: number) => (asleepMs += ms),
    /** The database's time, before and after the shared one was read. */
    async compare() {
      const before = await readDatabase();
      const now = clock.now().getTime();
      return { now, before, after: await readDatabase() };
    },
  };
}

/** The round trip of an answer on a very busy machine. */
const TRIP_MS = 20_000;

test.each([
  0,
  30_000,
  -30_000,
  HOUR_MS,
  -HOUR_MS,
])("it is the database’s where the machine’s own clock is %d ms ahead", async (clockAheadMs) => {
  const { compare } = await open({ clockAheadMs });
  const { now, before, after } = await compare();
  expect(now).toBeLessThanOrEqual(after);
  expect(now).toBeGreaterThan(before - TRIP_MS);
});

test("a clock that is set while the process runs changes nothing", async () => {
  const { compare, set, catchUp } = await open({ clockAheadMs: 0 });
  for (const ms of [HOUR_MS, -2 * HOUR_MS]) {
    set(ms);
    const { now, before, after } = await compare();
    expect(now).toBeLessThanOrEqual(after);
    expect(now).toBeGreaterThan(before - TRIP_MS);
    await catchUp();
    expect((await compare()).now).toBeGreaterThanOrEqual(now);
  }
});

test("a machine that slept is behind, not ahead, until it has caught up", async () => {
  const { compare, sleep, catchUp } = await open({ clockAheadMs: 0 });
  sleep(HOUR_MS);
  const asleep = await compare();
  expect(asleep.now).toBeLessThan(asleep.before - HOUR_MS + TRIP_MS);
  await catchUp();
  const awake = await compare();
  expect(awake.now).toBeLessThanOrEqual(awake.after);
  expect(awake.now).toBeGreaterThan(awake.before - TRIP_MS);
});

test("what a machine slept, or set its clock back, is not missed by what measures time", async () => {
  const { set, startWatch } = await open({ clockAheadMs: 0 });
  const passed = startWatch();
  set(HOUR_MS);
  expect(passed()).toBeGreaterThanOrEqual(HOUR_MS);
  set(-2 * HOUR_MS);
  expect(passed()).toBeGreaterThanOrEqual(0);
});
