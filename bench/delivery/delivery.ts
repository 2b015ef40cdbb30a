/** How fast shares go out, how soon, how steadily, and whether a slow network holds up others. */

import { measureBacklog } from "./backlog.ts";
import { measureFirstCall } from "./first-call.ts";
import { openPlace, type Place } from "./place.ts";
import { measureSlowNetwork } from "./slow-network.ts";
import { measureThroughput } from "./throughput.ts";

const parts: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  throughput: measureThroughput,
  "first-call": measureFirstCall,
  backlog: measureBacklog,
  "slow-network": measureSlowNetwork,
};

/** All parts, or the one that is named. */
export async function measureDelivery(): Promise<void> {
  const wanted = process.argv[3];
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted !== undefined && wanted !== name) continue;
    console.log(`${name}:`);
    const place = await openPlace();
    await measure(place).finally(() => place.close());
  }
}
