import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { learnDurations, longestFirst, nameIn, readDurations } from "./durations.ts";

test("the longest files start first, new ones before short ones", () => {
  const files = ["a", "b", "c", "new"];
  const sorted = longestFirst(files, { a: 1, b: 64, c: 16 }, (file) => file);
  expect(sorted).toEqual(["b", "c", "new", "a"]);
  expect(files).toEqual(["a", "b", "c", "new"]);
});

test("a duration is kept in seconds as a power of two, and only a real change replaces it", () => {
  const measured = { "b.test.ts": 15_000, "a.test.ts": 12, "c.test.ts": 70_000, "d.test.ts": 3_900 };
  const learned = learnDurations({ "b.test.ts": 8, "c.test.ts": 16, "gone.test.ts": 4 }, measured);
  expect(learned).toEqual({ "a.test.ts": 1, "b.test.ts": 8, "c.test.ts": 64, "d.test.ts": 4 });
  expect(Object.keys(learned)).toEqual(["a.test.ts", "b.test.ts", "c.test.ts", "d.test.ts"]);
});

test("nearly all that the list names is there", () => {
  const names = Object.keys(readDurations());
  expect(names).toContain(nameIn(process.cwd(), import.meta.filename));
  const gone = names.filter((name) => !existsSync(name));
  expect(gone.length).toBeLessThan(names.length / 10);
});
