/** How fast, how soon and how steadily shares are delivered, and whether a slow network delays others. */

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

/** Runs all parts, or the named one. */
export async function measureDelivery(): Promise<void> {
  const wanted = process.argv[3];
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted !== undefined && wanted !== name) continue;
    console.log(`${name}:`);
    const place = await openPlace();
    await measure(place).finally(() => place.close());
  }
}
