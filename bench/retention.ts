/** The disk space of shares by table, and how much the removal of old ones slows down pages. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../src/database/open.ts";
import { shareRequests } from "../src/database/schema.ts";
import { type Fleet, openFleet } from "../test/harness/services/fleet.ts";
import { percentile } from "./world.ts";

const SHARES = 1_000;
const OLD = 200_000;
const PEOPLE = 10;
const LOOK_SECONDS = 30;

export async function measureRetention(): Promise<void> {
  const fleet = await openFleet({
    people: PEOPLE,
    workers: 1,
    networks: ["mastodon"],
    changes: { SOCIAL_LOG_LEVEL: "error", SOCIAL_KEEP_SHARES_DAYS: "90" },
  });
  try {
    await measureGrowth(fleet);
    await measureRemoval(fleet);
  } finally {
    await fleet.stop();
  }
}

async function measureGrowth(fleet: Fleet): Promise<void> {
  const { database } = fleet.runtime;
  const before = await readSizes(database);
  while (fleet.accepted() < SHARES) await Promise.all(fleet.members.map((member) => fleet.share(member)));
  const { posted } = await fleet.settle();
  const after = await readSizes(database);
  const grown = [...after]
    .map(([table, bytes]) => [table, ((bytes - (before.get(table) ?? 0)) / posted) * 1_000] as const)
    .filter(([, bytes]) => bytes > 0)
    .toSorted(([, one], [, other]) => other - one);
  const total = grown.reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`1,000 of ${posted} posted shares take ${inMegabytes(total)}: by table, with indexes`);
  for (const [table, bytes] of grown) console.log(`  ${table.padEnd(32)} ${inMegabytes(bytes)}`);
}

/** The bytes of each table with its indexes and TOAST data, after vacuuming. */
async function readSizes(database: Database): Promise<Map<string, number>> {
  await database.execute(sql`vacuum`);
  const { rows } = await database.execute(sql`
    select schemaname || '.' || relname as name, pg_total_relation_size(relid) as bytes from pg_stat_user_tables`);
  const sizes = z.array(z.object({ name: z.string(), bytes: z.coerce.number() })).parse(rows);
  return new Map(sizes.map(({ name, bytes }) => [name, bytes]));
}

/** Measures in turns without and with a worker, since only a worker removes old shares. */
async function measureRemoval(fleet: Fleet): Promise<void> {
  const { database } = fleet.runtime;
  await fleet.end("worker 1", "SIGTERM");
  await addOldShares(fleet);
  await database.execute(sql`analyze`);
  for (let turn = 0; turn < 2; turn += 1) {
    tell("without a removal", await look(fleet));
    const before = await database.$count(shareRequests);
    await fleet.start("worker 1");
    const times = await look(fleet);
    await fleet.end("worker 1", "SIGTERM");
    tell(`while a worker removed ${before - (await database.$count(shareRequests))} old requests`, times);
  }
}

/** Adds old shares, each with one attempt. */
async function addOldShares({ runtime, members }: Fleet): Promise<void> {
  const [member] = members;
  await runtime.database.execute(sql`
    with requests as (
      insert into share_requests (user_id, url, title, description, message, idempotency_key, created_at)
      select ${member?.id}, 'https://blog.example.com/old/' || i, 'Page ' || i, '', 'Worth a read', 'old ' || i,
        now() - interval '200 days' from generate_series(1, ${OLD}::integer) as i
      returning id, user_id, url, created_at),
    shares as (
      insert into social_shares (share_request_id, user_id, connection_id, shared_url, shared_title, text, status,
        platform_post_id, posted_at, created_at, updated_at)
      select id, user_id, ${member?.connections[0]?.id}, url, 'Page', 'Worth a read', 'posted', id::text, created_at,
        created_at, created_at from requests
      returning id, created_at)
    insert into share_attempts (share_id, action, result, started_at, ended_at)
    select id, 'share', 'posted', created_at, created_at from shares`);
}

/** Requests everyone's pages, one after another. @returns the duration of each answer in milliseconds */
async function look({ members }: Fleet): Promise<number[]> {
  const times: number[] = [];
  const until = Date.now() + LOOK_SECONDS * 1_000;
  await Promise.all(
    members.slice(0, 3).map(async ({ visitor }) => {
      while (Date.now() < until)
        for (const path of ["/social/history/", "/social/", "/account/"]) {
          const startedAt = performance.now();
          const answer = await visitor.get(path);
          await answer.text();
          if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
          times.push(performance.now() - startedAt);
        }
    }),
  );
  return times;
}

function tell(when: string, times: readonly number[]): void {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share).toFixed(1));
  console.log(`${when}: ${times.length} pages, p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
