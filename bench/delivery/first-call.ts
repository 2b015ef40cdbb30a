/** The time from a submit to the first call to a network, at rest. */
import { setTimeout as pause } from "node:timers/promises";
import { submitShares } from "../../src/sharing/requests/submit.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { draftTo, percentile } from "../world.ts";
import { monotonicMs } from "./clock.ts";
import { addAccounts } from "./fill.ts";
import { expectAlive, type Place } from "./place.ts";

const WARM_UP = 200;
const RUNS = 200;

export async function measureFirstCall(place: Place): Promise<void> {
  const [account] = await addAccounts(place, "mastodon", 1);
  if (account === undefined) throw new Error("There is no account.");
  const workers = await place.startWorkers(1);
  const fromSubmit: number[] = [];
  const fromCommit: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    // A random pause, so that runs hit any phase of the worker's regular jobs.
    await pause(20 + Math.random() * 60);
    const submittedAt = monotonicMs();
    await submitShares(
      place.runtime,
      { id: account.userId },
      draftTo([{ id: account.connectionId }], `Run ${run}`),
    );
    const committedAt = monotonicMs();
    const arrivedAt = await waitFor("the call", async () => {
      expectAlive(workers.processes);
      return (await place.takeArrivals())[0];
    });
    if (run < WARM_UP) continue;
    fromSubmit.push(arrivedAt - submittedAt);
    fromCommit.push(arrivedAt - committedAt);
  }
  await workers.stop();
  console.log(`from submit to the network's first call, ${RUNS} runs (aim: 95 % within 20 ms)`);
  for (const [name, values] of [
    ["from the submit", fromSubmit],
    ["from its commit", fromCommit],
  ] as const) {
    const [half, most, all] = [0.5, 0.95, 1].map((share) => percentile(values, share).toFixed(1));
    console.log(`  ${name}: half within ${half} ms, 95 % within ${most} ms, all within ${all} ms`);
  }
}
