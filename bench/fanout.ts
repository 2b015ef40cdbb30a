/** One page shared to seven accounts at once, with 200 ms per network call, compared with each account alone. */
import { networkNames } from "../emulator/networks.ts";
import type { Connection } from "../src/connections/connection.ts";
import { control } from "../test/harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../test/harness/networks/pictures.ts";
import { submit, untilSettled } from "../test/harness/people/shares.ts";
import { type BenchWorld, draftTo, openWorld, percentile } from "./world.ts";

const CALL_MS = 200;
const ALONE_RUNS = 4;
const TOGETHER_RUNS = 10;

export async function measureFanout(): Promise<void> {
  const world = await openWorld();
  const connections = [
    await world.connect({ platform: "facebook" }),
    await world.connect({ platform: "instagram", way: "instagram" }),
    await world.connect({ platform: "threads" }),
    await world.connect({ platform: "twitter" }),
    await world.connect({ platform: "linkedin", way: "profile" }),
    await world.connectMastodon("mastodon"),
    await world.connectMastodon("social"),
  ];
  const image = await hostPicture(await pagePicture());
  for (const name of networkNames) await control(world.emulator[name], "POST", "latency", { ms: CALL_MS });
  await share(world, connections, image);

  let slowest = { name: "", median: 0 };
  for (const connection of connections) {
    const median = percentile(await measure(world, [connection], image, ALONE_RUNS), 0.5);
    console.log(`${connection.platform.padEnd(10)} alone ${median.toFixed(0)} ms`);
    if (median > slowest.median) slowest = { name: connection.platform, median };
  }
  const together = await measure(world, connections, image, TOGETHER_RUNS);
  const above = together.map((took) => took - slowest.median);
  console.log(
    `all seven at once, above ${slowest.name} alone, each call ${CALL_MS} ms (${TOGETHER_RUNS} runs): median ${percentile(above, 0.5).toFixed(0)} ms, most ${Math.max(...above).toFixed(0)} ms (aim: 100 ms)`,
  );
  await world.close();
}

async function measure(
  world: BenchWorld,
  connections: readonly Connection[],
  image: string,
  runs: number,
): Promise<number[]> {
  const took: number[] = [];
  for (let run = 0; run < runs; run += 1) took.push(await share(world, connections, image));
  return took;
}

/** @returns the milliseconds from the submit to the last result */
async function share(
  { runtime, person }: BenchWorld,
  connections: readonly Connection[],
  image: string,
): Promise<number> {
  const start = performance.now();
  const id = await submit(runtime, person, draftTo(connections, `Run ${start}`, image));
  const shares = await untilSettled(runtime, person, id, 2);
  const others = shares.filter(({ status }) => status !== "posted");
  if (others.length > 0)
    throw new Error(others.map(({ status, problem }) => `${status}: ${problem}`).join("\n"));
  return performance.now() - start;
}
