/** A backlog of 100,000 shares: whether it drains as fast at the end as at the start, with the same memory. */
import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { addAccounts, addShares, untilPosted } from "./fill.ts";
import type { Place } from "./place.ts";
import { steadyRate } from "./rate.ts";

const SHARES = 100_000;
const PARTS = 10;

export async function measureBacklog(place: Place): Promise<void> {
  const { database } = place.runtime;
  await addShares(place, await addAccounts(place, "mastodon", 1_000), SHARES);
  await database.execute(sql`analyze`);
  const workers = await place.startWorkers(1);
  const worker = workers.processes[0]?.child.pid ?? 0;
  const memory: number[] = [];
  for (let part = 1; part <= PARTS; part += 1) {
    await untilPosted(place, workers, (SHARES / PARTS) * part);
    memory.push(residentMegabytes(worker));
  }
  await workers.stop();
  console.log(`${SHARES} shares that wait, one worker:`);
  const size = SHARES / PARTS;
  for (let part = 0; part < PARTS; part += 1) {
    const times = sql`select posted_at as at from social_shares order by posted_at limit ${size} offset ${part * size}`;
    const rate = await steadyRate(database, times);
    console.log(
      `  ${part + 1}. tenth: ${rate.toFixed(0)} a second; the worker's memory then ${memory[part]?.toFixed(0)} MB`,
    );
  }
}

function residentMegabytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1]) / 1_024;
}
