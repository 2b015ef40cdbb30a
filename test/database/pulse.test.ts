/** The one statement of an idle process, on a real database. */
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { present, span, startPulse } from "../../src/database/pulse.ts";
import { freshDatabase } from "../harness/database/database.ts";
import { waitFor } from "../harness/wait.ts";

const HOUR_MS = 3_600_000;

/** @param everyMs the pause between two pulses; an hour means only those that are requested */
async function open(everyMs = HOUR_MS) {
  const { database, pool, close } = await freshDatabase();
  const failures: unknown[] = [];
  const now = () => new Date();
  const pulse = startPulse(database, { everyMs, now, onFailure: (error) => failures.push(error) });
  onTestFinished(async () => {
    pulse.close();
    await close();
  });
  return { pulse, pool, failures };
}

test("all questions go out in one statement, and each gets its answer", async () => {
  const { pulse, pool } = await open();
  let statements = 0;
  pool.on("acquire", () => (statements += 1));
  const answers = new Map<string, unknown>();
  for (const name of ["one", "two", "three"])
    pulse.add({ value: sql`select ${name}::text`, ask: () => (answer) => answers.set(name, answer) });
  pulse.noLaterThan(new Date());
  await waitFor("the answers", () => (answers.size === 3 ? true : undefined));
  expect(Object.fromEntries(answers)).toEqual({ one: "one", two: "two", three: "three" });
  expect(statements).toBe(1);
});

test("a question that is added later is asked too, and one that was taken back is not", async () => {
  const { pulse } = await open(10);
  const asked = { first: 0, second: 0 };
  const end = pulse.add({ value: sql`1`, ask: () => () => (asked.first += 1) });
  await waitFor("the first answer", () => (asked.first > 0 ? true : undefined));
  pulse.add({ value: sql`2`, ask: () => () => (asked.second += 1) });
  await waitFor("the second answer", () => (asked.second > 0 ? true : undefined));
  end();
  const { second } = asked;
  await waitFor("a round under way to end", () => (asked.second > second + 1 ? true : undefined));
  const { first } = asked;
  await waitFor("further answers", () => (asked.second > second + 5 ? true : undefined));
  expect(asked.first).toBe(first);
});

test("it knows the time of its process, and goes on after a failure", async () => {
  const { pulse, failures } = await open(10);
  const end = pulse.add({ value: sql`1 / 0`, ask: () => () => {} });
  await waitFor("a failure", () => (failures.length > 0 ? true : undefined));
  end();
  let answer: unknown;
  pulse.add({
    value: sql`extract(epoch from ${present} + ${span(1_500)}) * 1000`,
    ask: () => (found) => (answer = found),
  });
  await waitFor("the answer", () => (answer === undefined ? undefined : true));
  expect(Math.abs(Number(answer) - Date.now() - 1_500)).toBeLessThan(HOUR_MS);
});
