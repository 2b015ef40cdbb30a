/** The time from the submit to the posts on both networks, with 200 ms per call, compared with the bare calls on the longest path. */
import { control } from "../test/harness/networks/networks.ts";
import { submit, untilSettled } from "../test/harness/people/shares.ts";
import { draftTo, openWorld, percentile } from "./world.ts";

const CALL_MS = 200;
const RUNS = 40;

export async function measureLatency(): Promise<void> {
  const world = await openWorld();
  const { runtime, emulator, person } = world;
  const connections = [await world.connectMastodon("mastodon"), await world.connect({ platform: "twitter" })];
  const networks = [emulator.mastodon, emulator.twitter];
  for (const network of networks) await control(network, "POST", "latency", { ms: CALL_MS });
  const above: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const before = await Promise.all(networks.map(countCalls));
    const start = performance.now();
    const id = await submit(runtime, person, draftTo(connections, `Run ${run}`));
    const shares = await untilSettled(runtime, person, id, 2);
    const took = performance.now() - start;
    if (shares.some(({ status }) => status !== "posted"))
      throw new Error(`A share ended as ${shares.map(({ status }) => status).join(", ")}.`);
    const after = await Promise.all(networks.map(countCalls));
    const longest = Math.max(...after.map((count, index) => count - (before[index] ?? 0)));
    if (run > 0) above.push(took - longest * CALL_MS);
  }
  console.log(
    `submit to posted on two networks, above the bare calls of ${CALL_MS} ms each (${RUNS - 1} runs after a warm-up):`,
  );
  console.log(
    `median ${percentile(above, 0.5).toFixed(1)} ms, 95 % ${percentile(above, 0.95).toFixed(1)} ms, most ${Math.max(...above).toFixed(1)} ms (aim: 60 ms)`,
  );
  await world.close();
}

async function countCalls(network: { port: number }): Promise<number> {
  return ((await control(network, "GET", "calls")) as unknown[]).length;
}
