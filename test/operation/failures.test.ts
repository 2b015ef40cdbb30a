/** What `npm run failures` can play. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findFailures } from "../../failures/stage/find-failures.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/testing/failures.md"), "utf8");

test("every failure that the documentation says is played is found, and no other", async () => {
  const told = page.matchAll(/\| `([a-z-]+)`[^|]*\| [^|]+\|$/gm);
  const names = (await findFailures()).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names).toEqual([...new Set([...told].map(([, name]) => name))].sort());
});
