/** Whether a network that takes almost thirty seconds per call delays the others. */
import { sql } from "drizzle-orm";
import { waitFor } from "../../test/harness/wait.ts";
import { percentile } from "../world.ts";
import { type Account, addAccounts, addShares, clear, untilPosted } from "./fill.ts";
import type { Place, Workers } from "./place.ts";
import { steadyRate } from "./rate.ts";

const PAIRS = 7;
const SHARES = 3_000;
/** As many as one worker takes at a time. */
const SLOW_SHARES = 24;

export async function measureSlowNetwork(place: Place): Promise<void> {
  const slow = await addAccounts(place, "twitter", SLOW_SHARES);
  const quick = await addAccounts(place, "mastodon", 100);
  const ratios: number[] = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const alone = () => measure(place, quick, []);
    const beside = () => measure(place, quick, slow);
    // Each goes first equally often. The first pair is a warm-up.
    const [one, other] = pair % 2 === 0 ? [await alone(), await beside()] : [await beside(), await alone()];
    if (pair > 0) ratios.push(pair % 2 === 0 ? other / one : one / other);
  }
  const list = ratios.map((ratio) => ratio.toFixed(2)).join(", ");
  console.log(
    `beside a network of 30 s a call, another one's shares go out ${((1 - percentile(ratios, 0.5)) * 100).toFixed(1)} % slower (ratios ${list}; aim: under 5 %)`,
  );
}

/** @returns the quick network's shares per second */
async function measure(place: Place, quick: readonly Account[], slow: readonly Account[]): Promise<number> {
  await clear(place);
  const workers = await place.startWorkers(1);
  if (slow.length > 0) await holdUp(place, slow);
  await addShares(place, quick, SHARES);
  await untilPosted(place, workers, SHARES);
  const times = sql`select posted_at as at from social_shares where posted_at is not null`;
  const rate = await steadyRate(place.runtime.database, times);
  await kill(workers);
  return rate;
}

/** Waits until calls to the slow network are in progress. */
async function holdUp(place: Place, slow: readonly Account[]): Promise<void> {
  await place.takeArrivals();
  await addShares(place, slow, slow.length);
  let arrived = 0;
  await waitFor("the slow network to be called", async () => {
    arrived += (await place.takeArrivals()).length;
    return arrived >= slow.length / 2 ? true : undefined;
  });
}

/** A worker that is stopped regularly would wait for the slow calls. */
async function kill({ processes }: Workers): Promise<void> {
  for (const { child } of processes) child.kill("SIGKILL");
  await Promise.all(processes.map(({ ended }) => ended));
}
