/** A process keeps no more memory after a burst of work than it needs. */
import { getHeapSpaceStatistics } from "node:v8";
import { expect, test } from "vitest";
import { giveBackAtRest } from "../../src/cli/process/rest.ts";
import { waitFor } from "../harness/wait.ts";

const MEGABYTE = 1_024 * 1_024;
/** V8 itself takes three times as long at least. */
const WITHIN_MS = 5_000;

function spaceForNew(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return (space?.space_size ?? Number.NaN) / MEGABYTE;
}

/** As a service makes them: some objects live for a while. */
function work(): void {
  let kept: object[] = [];
  for (let made = 0; made < 3_000_000; made += 1) {
    kept.push({ made, word: String(made) });
    if (kept.length > 200_000) kept = [];
  }
}

test("what a burst of work took is given back, each time", async () => {
  const end = giveBackAtRest(200);
  for (let burst = 0; burst < 2; burst += 1) {
    work();
    expect(spaceForNew()).toBeGreaterThan(16);
    await waitFor(
      "the memory to be given back",
      async () => (spaceForNew() < 8 ? true : undefined),
      WITHIN_MS,
    );
  }
  end();
});
