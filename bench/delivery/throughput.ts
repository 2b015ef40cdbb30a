/** Shares per second with one worker and with two, compared with pg-boss alone with empty jobs, in turns. */
import { sql } from "drizzle-orm";
import { percentile } from "../world.ts";
import { measureAlone, type Way } from "./alone.ts";
import { type Account, addAccounts, addShares, clear, untilPosted } from "./fill.ts";
import type { Place } from "./place.ts";
import { steadyRate } from "./rate.ts";

const ROUNDS = 5;
const SHARES = 3_000;
const ways: readonly Way[] = ["one by one", "in batches"];

export async function measureThroughput(place: Place): Promise<void> {
  const accounts = await addAccounts(place, "mastodon", 100);
  for (const workers of [1, 2]) {
    const ours: number[] = [];
    const alone = new Map<Way, number[]>(ways.map((way) => [way, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const way of ways) {
        await clear(place);
        alone.get(way)?.push(await measureAlone(place, { jobs: SHARES, workers, way }));
      }
      ours.push(await measureShares(place, accounts, workers));
    }
    const rate = percentile(ours, 0.5);
    console.log(
      `${workers} worker${workers > 1 ? "s" : ""}: ${rate.toFixed(0)} shares a second (${list(ours)})`,
    );
    for (const [way, rates] of alone) {
      console.log(
        `  pg-boss alone, ${way}: ${percentile(rates, 0.5).toFixed(0)} jobs a second (${list(rates)}); ratio ${(rate / percentile(rates, 0.5)).toFixed(2)}`,
      );
    }
  }
}

async function measureShares(place: Place, accounts: readonly Account[], count: number): Promise<number> {
  await clear(place);
  await addShares(place, accounts, SHARES);
  const workers = await place.startWorkers(count);
  await untilPosted(place, workers, SHARES);
  await workers.stop();
  return await steadyRate(place.runtime.database, sql`select posted_at as at from social_shares`);
}

function list(rates: readonly number[]): string {
  return rates.map((rate) => rate.toFixed(0)).join(", ");
}
