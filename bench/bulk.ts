/** Bulk work: many shares that become due at once, and the export of a long history. */
import { performance } from "node:perf_hooks";
import { sql } from "drizzle-orm";
import type { Database } from "../src/database/open.ts";
import { wakeDue } from "../src/sharing/claims/wake.ts";
import { exportHistory } from "../src/sharing/record/export.ts";
import { exportPerson } from "../src/sharing/record/export-person.ts";
import { addAccounts } from "./delivery/fill.ts";
import { openPlace, type Place } from "./delivery/place.ts";

const HISTORY = 100_000;

export async function measureBulk(): Promise<void> {
  const place = await openPlace();
  try {
    const one = await addPerson(place, 2_000);
    await addHistory(place.runtime.database, one);
    await addAccounts(place, "twitter", 2_400);
    await place.runtime.database.execute(sql`vacuum analyze`);
    await measureWaking(place, "one person’s", sql`user_id = ${one}`, 2_400);
    await measureWaking(place, "2,400 people’s", sql`user_id <> ${one}`, 24_000);
    await measureExports(place, one);
  } finally {
    await place.close();
  }
}

/** Adds a person with this many accounts. @returns the person's id */
async function addPerson(place: Place, accounts: number): Promise<string> {
  const { database } = place.runtime;
  const [first] = await addAccounts(place, "mastodon", 1);
  if (first === undefined) throw new Error("Nobody was added.");
  await database.execute(sql`
    insert into social_connections (user_id, platform, platform_user_id, platform_username, display_name,
      access_token_enc, scopes, extra_data)
    select user_id, platform, 'account ' || i, 'account' || i, 'Account ' || i, access_token_enc, scopes, extra_data
    from social_connections, generate_series(2, ${accounts}::integer) as i where id = ${first.connectionId}`);
  return first.userId;
}

/** Adds shares over the last year, to the person's accounts in turn. */
async function addHistory(database: Database, userId: string): Promise<void> {
  await addShares(database, {
    whose: sql`user_id = ${userId}`,
    many: HISTORY,
    status: "posted",
    at: sql`now() - i * interval '5 minutes'`,
  });
}

async function addShares(
  database: Database,
  parts: { whose: ReturnType<typeof sql>; many: number; status: string; at: ReturnType<typeof sql> },
): Promise<void> {
  const { whose, many, status, at } = parts;
  await database.execute(sql`
    with accounts as (
      select id, user_id, row_number() over (order by id) - 1 as place, count(*) over () as number
      from social_connections where ${whose}),
    made as (
      select i, gen_random_uuid() as request, id as connection, user_id, date_trunc('milliseconds', ${at}) as at
      from generate_series(0, ${many - 1}::integer) as i join accounts on place = i % number),
    requests as (
      insert into share_requests (id, user_id, url, title, description, message, idempotency_key, created_at, scheduled_at)
      select request, user_id, 'https://blog.example.com/' || i, 'Page ' || i, '', 'Worth a read', request::text, at, at
      from made)
    insert into social_shares (share_request_id, user_id, connection_id, shared_url, shared_title, text, status,
      platform_post_id, platform_post_url, posted_at, next_attempt_at, created_at, updated_at)
    select request, user_id, connection, 'https://blog.example.com/' || i, 'Page ' || i, 'Worth a read, page ' || i,
      ${status}, 'post ' || i, 'https://server.example/posts/' || i, at, case when ${status} = 'scheduled' then at end, at, at
    from made`);
}

async function measureWaking(
  { runtime }: Place,
  whose: string,
  which: ReturnType<typeof sql>,
  many: number,
): Promise<void> {
  const at = sql`now() - interval '1 minute'`;
  await addShares(runtime.database, { whose: which, many, status: "scheduled", at });
  const startedAt = performance.now();
  const woken = await wakeDue(runtime);
  const ms = performance.now() - startedAt;
  if (woken !== many) throw new Error(`${woken} were woken, not ${many}.`);
  console.log(`waking ${many} of ${whose}: ${ms.toFixed(0)} ms, ${((ms / many) * 1_000).toFixed(0)} µs each`);
}

async function measureExports({ runtime }: Place, userId: string): Promise<void> {
  const person = { id: userId, name: "Ana", email: "ana@example.com", role: "person", mailNotices: "all" };
  const whole = { ...person, timeZone: undefined, language: undefined, hasSecondFactor: false };
  const files = {
    csv: () => exportHistory(runtime, person, { filter: {}, format: "csv" }),
    json: () => exportHistory(runtime, person, { filter: {}, format: "json" }),
    "all that we have of a person": () => exportPerson(runtime, whole),
  };
  for (const [name, open] of Object.entries(files)) {
    const startedAt = performance.now();
    let bytes = 0;
    let most = 0;
    for await (const piece of open()) {
      bytes += piece.length;
      most = Math.max(most, process.memoryUsage().rss);
    }
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.log(
      `${HISTORY} shares as ${name}: ${seconds} s, ${(bytes / 1e6).toFixed(1)} MB, memory at most ${(most / 1e6).toFixed(0)} MB`,
    );
  }
}
