import assert from "node:assert/strict";
import { type FailoverCluster, missingPackages, startFailoverCluster } from "../test/harness/failover.ts";
import type { Fleet } from "../test/harness/fleet.ts";
import { waitFor } from "../test/harness/wait.ts";
import { Absent } from "./absent.ts";
import type { Failure } from "./failure.ts";
import { expectKept, withFleet } from "./world.ts";

export const failure = {
  name: "failover",
  title: "The primary is killed while shares go out, and its synchronous standby takes over, twice",
  async play(say) {
    const missing = missingPackages();
    if (missing.length > 0) throw new Absent(`sudo apt-get install ${missing.join(" ")}`);
    const cluster = await startFailoverCluster();
    try {
      for (const [by, url] of [
        ["by way of HAProxy", cluster.url],
        ["with both hosts in DATABASE_URL", cluster.directUrl],
      ] as const) {
        say(by);
        await playOne(cluster, url, say);
        await cluster.bringBack();
      }
    } finally {
      await cluster.stop();
    }
  },
} satisfies Failure;

async function playOne(cluster: FailoverCluster, url: string, say: (line: string) => void): Promise<void> {
  await withFleet({ people: 4, changes: { DATABASE_URL: url, DATABASE_POOL: "10" } }, async (fleet) => {
    let refused = 0;
    let isOver = false;
    const sharing = fleet.members.map(async (member) => {
      while (!isOver) if ((await fleet.share(member)).status !== 303) refused += 1;
    });
    const killed = performance.now();
    await cluster.killPrimary();
    await waitFor("the service to be ready again", () => isReady(fleet), 120_000, 100);
    say(`ready again ${Math.round((performance.now() - killed) / 1_000)} s after the kill`);
    isOver = true;
    await Promise.all(sharing);
    say(`${refused} requests were told to come again meanwhile`);
    await waitFor("everything to answer again", () => isReady(fleet), 120_000, 100);
    const tally = await expectKept(fleet, say);
    assert.equal(tally.refused, 0, "A share failed for the fail-over.");
  });
}

async function isReady(fleet: Fleet): Promise<true | undefined> {
  const answer = await fetch(`${fleet.address}readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  return answer?.ok ? true : undefined;
}
