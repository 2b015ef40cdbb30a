import { expect, test } from "vitest";
import { createTurns, type Reading } from "../../src/pages/visit/turns.ts";

const usual = { places: 8, mostWaiting: 100, mostWaitingEach: 50, waitMs: 60_000 };

/** Readings that end on command, and the order in which they started. */
function createReadings() {
  const started: string[] = [];
  const givenUp: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    givenUp,
    async end(name: string) {
      ends.get(name)?.();
      await new Promise((done) => setImmediate(done));
    },
    make: (name: string, site: string): Reading => ({
      site,
      start: () => {
        started.push(name);
        return new Promise<void>((done) => ends.set(name, done));
      },
      giveUp: () => givenUp.push(name),
    }),
  };
}

test("one who reads many pages leaves as many places free as they take", async () => {
  const turns = createTurns(usual);
  const readings = createReadings();
  for (let page = 0; page < 20; page += 1) turns.queue(readings.make(`a${page}`, `${page}.example`), "Ana");
  expect(readings.started).toHaveLength(4);
  turns.queue(readings.make("b", "b.example"), "Ben");
  expect(readings.started).toContain("b");
});

test("a slow site leaves as many places free as it takes, whoever asks for its pages", async () => {
  const turns = createTurns(usual);
  const readings = createReadings();
  for (let page = 0; page < 20; page += 1)
    turns.queue(readings.make(`slow${page}`, "slow.example"), `reader ${page}`);
  expect(readings.started).toHaveLength(4);
  turns.queue(readings.make("quick", "quick.example"), "reader 1");
  expect(readings.started).toContain("quick");
});

test("who holds the fewest places comes next, and each one's readings in their order", async () => {
  const turns = createTurns({ ...usual, places: 2 });
  const readings = createReadings();
  for (let page = 0; page < 3; page += 1) turns.queue(readings.make(`a${page}`, `${page}.example`), "Ana");
  expect(readings.started).toEqual(["a0"]);
  turns.queue(readings.make("b0", "b.example"), "Ben");
  turns.queue(readings.make("b1", "b1.example"), "Ben");
  expect(readings.started).toEqual(["a0", "b0"]);
  await readings.end("b0");
  expect(readings.started).toEqual(["a0", "b0", "b1"]);
  await readings.end("a0");
  expect(readings.started).toEqual(["a0", "b0", "b1", "a1"]);
});

test("what somebody else waits for comes with the turn of whoever is first", async () => {
  const turns = createTurns({ ...usual, places: 2 });
  const readings = createReadings();
  const wanted = readings.make("wanted", "wanted.example");
  for (let page = 0; page < 3; page += 1) turns.queue(readings.make(`a${page}`, `${page}.example`), "Ana");
  turns.queue(wanted, "Ana");
  expect(readings.started).toEqual(["a0"]);
  turns.join(wanted, "Ben");
  expect(readings.started).toEqual(["a0", "wanted"]);
});

test("nobody has endlessly many waiting, and that keeps nobody else out", async () => {
  const turns = createTurns({ ...usual, places: 2, mostWaiting: 4, mostWaitingEach: 3 });
  const readings = createReadings();
  const ask = (name: string, reader: string) => turns.queue(readings.make(name, `${name}.example`), reader);
  expect(ask("a0", "Ana")).toBe(true);
  expect(ask("b0", "Ben")).toBe(true);
  expect(["a1", "a2", "a3", "a4"].map((name) => ask(name, "Ana"))).toEqual([true, true, true, false]);
  expect(["b1", "b2"].map((name) => ask(name, "Ben"))).toEqual([true, false]);
  expect(ask("c0", "Cleo")).toBe(true);
  expect(ask("c1", "Cleo")).toBe(false);
});

test("what waits too long is given up, and not started later", async () => {
  const turns = createTurns({ ...usual, places: 2, waitMs: 30 });
  const readings = createReadings();
  turns.queue(readings.make("a0", "0.example"), "Ana");
  turns.queue(readings.make("a1", "1.example"), "Ana");
  await expect.poll(() => readings.givenUp).toEqual(["a1"]);
  await readings.end("a0");
  expect(readings.started).toEqual(["a0"]);
});
