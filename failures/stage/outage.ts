/** People share while the database is away, and the posts are counted once it is back. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Fleet } from "../../test/harness/services/fleet.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { expectKept, shareAll } from "./world.ts";

interface Outage {
  readonly fleet: Fleet;
  /** The duration of the outage in milliseconds. */
  readonly forMs: number;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** The longest that a page may take to report that the database is away. It takes about five seconds. */
const TOLD_WITHIN_MS = 20_000;

/** Everybody shares before, during and after the outage. */
export async function playOutage(
  { fleet, forMs, begin, end }: Outage,
  say: (line: string) => void,
): Promise<void> {
  await shareAll(fleet, 2);
  await begin();
  const until = performance.now() + forMs;
  const [member] = fleet.members;
  assert.ok(member !== undefined);
  let slowest = 0;
  let refused = 0;
  while (performance.now() < until) {
    const asked = performance.now();
    const { status, headers } = await fleet.share(member);
    slowest = Math.max(slowest, performance.now() - asked);
    assert.equal(status, 503, "A page did not say that the database is away.");
    assert.ok(Number(headers.get("retry-after")) > 0, "Nobody was told when to come again.");
    refused += 1;
    await pause(500);
  }
  assert.equal(await statusOf(fleet, "healthz"), 200);
  const readiness = await statusOf(fleet, "readyz");
  assert.equal(readiness, 503);
  say(
    `${refused} forms were answered with 503, the slowest after ${(slowest / 1_000).toFixed(1)} s; /readyz 503`,
  );
  assert.ok(slowest < TOLD_WITHIN_MS, "A page took too long to say so.");
  await end();
  const back = performance.now();
  await waitFor("the service to be ready again", async () =>
    (await statusOf(fleet, "readyz")) === 200 ? true : undefined,
  );
  say(`ready again ${((performance.now() - back) / 1_000).toFixed(1)} s after its end`);
  await shareAll(fleet, 1);
  const tally = await expectKept(fleet, say);
  assert.equal(tally.refused, 0, "A share failed for it.");
  const lines = fleet.output().split("\n");
  const told = lines.filter((line) => /"level":[456]0/.test(line)).length;
  say(`the three processes say so in ${told} lines of the log`);
  say(`everything was out ${((performance.now() - back) / 1_000).toFixed(1)} s after its end`);
}

async function statusOf(fleet: Fleet, path: string): Promise<number> {
  const answer = await fetch(`${fleet.address}${path}`, { signal: AbortSignal.timeout(30_000) });
  await answer.body?.cancel();
  return answer.status;
}
