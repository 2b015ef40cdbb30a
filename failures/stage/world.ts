/** What most failures are played on: the service in several processes, people who share, and the posts at the networks. */
import assert from "node:assert/strict";
import { type Fleet, type FleetOptions, openFleet, type Tally } from "../../test/harness/services/fleet.ts";

/** Runs everything for the duration of `play`. */
export async function withFleet(options: FleetOptions, play: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await openFleet(options);
  try {
    await play(fleet);
  } finally {
    await fleet.stop();
  }
}

/** Everybody shares this many times, one request after another. Every request must be accepted. */
export async function shareAll(fleet: Fleet, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1)
    for (const member of fleet.members) {
      const answer = await fleet.share(member);
      assert.equal(answer.status, 303, `A share was not accepted: ${answer.status}.`);
    }
}

/** Waits until all shares are settled. Nothing may be lost or posted twice. */
export async function expectKept(fleet: Fleet, say: (line: string) => void): Promise<Tally> {
  const tally = await fleet.settle();
  say(
    Object.entries(tally)
      .map(([what, value]) => (Array.isArray(value) ? value.join("; ") : `${value} ${what}`))
      .filter(Boolean)
      .join(", "),
  );
  assert.deepEqual(fleet.fallen(), [], "A process ended by itself.");
  assert.ok(tally.accepted > 0, "Nothing was accepted.");
  assert.equal(tally.lost, 0, "Something was lost.");
  assert.equal(tally.twice, 0, "Something is there twice.");
  return tally;
}

/** How often the log contains this, and the first such line. */
export function countInLog(fleet: Fleet, words: string): number {
  return fleet.output().split(words).length - 1;
}
