import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import {
  type FailoverCluster,
  missingPackages,
  startFailoverCluster,
} from "../../test/harness/database/failover.ts";
import type { Fleet } from "../../test/harness/services/fleet.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { Absent } from "../stage/absent.ts";
import type { Failure } from "../stage/failure.ts";
import { expectKept, withFleet } from "../stage/world.ts";

/** How many requests per person are accepted before the primary is killed. */
const BEFORE = 5;

export const failure = {
  name: "failover",
  title: "The primary is killed during deliveries, and its synchronous standby takes over, twice",
  async play(say) {
    const missing = missingPackages();
    if (missing.length > 0) throw new Absent(`sudo apt-get install ${missing.join(" ")}`);
    const cluster = await startFailoverCluster();
    try {
      const { byHaproxy } = await cluster.createDatabase("haproxy");
      say("by way of HAProxy");
      await playOne(cluster, byHaproxy, say);
      await cluster.bringBack();
      const { byHosts } = await cluster.createDatabase("hosts");
      say("with both hosts in DATABASE_URL");
      await playOne(cluster, byHosts, say);
    } finally {
      await cluster.stop();
    }
  },
} satisfies Failure;

async function playOne(cluster: FailoverCluster, url: string, say: (line: string) => void): Promise<void> {
  await withFleet({ people: 4, changes: { DATABASE_URL: url, DATABASE_POOL: "10" } }, async (fleet) => {
    const answers = { accepted: 0, refused: 0 };
    let isOver = false;
    const sharing = fleet.members.map(async (member) => {
      while (!isOver) {
        const { status } = await fleet.share(member);
        if (status === 303) answers.accepted += 1;
        else {
          assert.equal(status, 503, "A page did not say that the database is away.");
          answers.refused += 1;
          await pause(500);
        }
      }
    });
    const shared = Promise.all(sharing);
    await Promise.race([
      waitFor("shares", () => answers.accepted >= BEFORE * sharing.length || undefined),
      shared,
    ]);
    const killed = performance.now();
    await Promise.race([cluster.killPrimary(), shared]);
    const before = answers.accepted;
    await Promise.race([
      waitFor(
        "shares to be accepted again",
        () => answers.accepted >= before + BEFORE * sharing.length || undefined,
        120_000,
        100,
      ),
      shared,
    ]);
    say(`accepted again ${Math.round((performance.now() - killed) / 1_000)} s after the kill`);
    isOver = true;
    await shared;
    say(`${answers.refused} forms were answered with 503 meanwhile`);
    await waitFor("the service to be ready", () => isReady(fleet), 120_000, 100);
    const tally = await expectKept(fleet, say);
    assert.equal(tally.refused, 0, "A share failed for the fail-over.");
    say(`no process ended; the log's errors: ${errorsOf(fleet).join("; ")}`);
  });
}

/** The distinct error messages in the log. */
function errorsOf(fleet: Fleet): string[] {
  const lines = fleet.output().split("\n");
  const errors = lines.filter((line) => line.includes('"level":50'));
  return [...new Set(errors.map((line) => /"msg":"([^"]*)"/.exec(line)?.[1] ?? line))];
}

async function isReady(fleet: Fleet): Promise<true | undefined> {
  const answer = await fetch(`${fleet.address}readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.ok ? true : undefined;
}
