/** Creates a million accounts of 200,000 people and ten million shares, with SQL. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../src/database/open.ts";

const PEOPLE = 200_000;
const ACCOUNTS_EACH = 5;
const REQUESTS_EACH = 10;
export const crowd = {
  connections: PEOPLE * ACCOUNTS_EACH,
  shares: PEOPLE * REQUESTS_EACH * ACCOUNTS_EACH,
};

const tables = ["users", "social_connections", "share_requests", "social_shares", "share_attempts"];

/** Random ids, like real ones. */
const idOf = (kind: string, number: SQL) => sql`md5(${sql.raw(`'${kind} '`)} || ${number})::uuid`;
const personOf = (number: SQL) => sql`'person ' || (${number})`;

/** What a year and a half leaves: almost all shares are settled, some have problems, some are scheduled. */
export async function addCrowd(database: Database): Promise<void> {
  const addIndexes = await dropIndexes(database);
  for (const statement of [people, connections, requests, shares, attempts]) {
    await database.transaction(async (transaction) => {
      // The new rows only reference each other, so foreign keys need no check.
      await transaction.execute(sql`set local session_replication_role = replica`);
      await transaction.execute(statement);
    });
  }
  await addIndexes();
  await database.execute(sql`vacuum analyze`);
}

const people = sql`insert into users (id, name, email)
  select ${personOf(sql`i`)}, 'Person ' || i, 'person' || i || '@example.com'
  from generate_series(0, ${sql.raw(String(PEOPLE - 1))}) as i`;

const connections = sql`insert into social_connections
  (id, user_id, platform, platform_user_id, platform_username, display_name, access_token_enc, scopes, extra_data,
   next_renewal_at, last_verified_at)
  select ${idOf("connection", sql`i`)}, ${personOf(sql`i % ${sql.raw(String(PEOPLE))}`)},
    (array['facebook', 'instagram', 'threads', 'twitter', 'linkedin'])[1 + i / ${sql.raw(String(PEOPLE))}],
    'account ' || i, 'account' || i, 'Account ' || i, 'sealed', 'write', '{}',
    now() + (1 + i % 50) * interval '1 day', now() - (i % 1380) * interval '1 minute'
  from generate_series(0, ${sql.raw(String(crowd.connections - 1))}) as i`;

const requests = sql`insert into share_requests
  (id, user_id, url, title, description, message, idempotency_key, created_at)
  select ${idOf("request", sql`i`)}, ${personOf(sql`i % ${sql.raw(String(PEOPLE))}`)},
    'https://blog.example.com/' || i % 20000, 'Page ' || i % 20000, '', 'Worth a read', 'key ' || i,
    now() - (2 + i % 540) * interval '1 day'
  from generate_series(0, ${sql.raw(String(PEOPLE * REQUESTS_EACH - 1))}) as i`;

const shares = sql`insert into social_shares
  (id, share_request_id, user_id, connection_id, shared_url, shared_title, text, status, platform_post_id,
   platform_post_url, error_code, error_message, next_attempt_at, posted_at, created_at, updated_at)
  select ${idOf("share", sql`i`)}, ${idOf("request", sql`request`)}, ${personOf(sql`person`)},
    ${idOf("connection", sql`person + account * ${sql.raw(String(PEOPLE))}`)},
    'https://blog.example.com/' || request % 20000, 'Page ' || request % 20000, 'Worth a read', status,
    case when status = 'posted' then i::text end, case when status = 'posted' then 'https://example.com/' || i end,
    case when status = 'failed' then 'server-trouble' end, case when status = 'failed' then 'It did not work.' end,
    case when status = 'scheduled' then now() + (1 + i % 30) * interval '1 day' end,
    case when status = 'posted' then at end, at, at
  from (select i, i / ${sql.raw(String(ACCOUNTS_EACH))} as request, i % ${sql.raw(String(ACCOUNTS_EACH))} as account,
      (i / ${sql.raw(String(ACCOUNTS_EACH))}) % ${sql.raw(String(PEOPLE))} as person,
      case when i % 100 = 7 then 'scheduled' when i % 50 = 3 then 'failed' when i % 100 = 9 then 'unconfirmed'
        when i % 100 = 11 then 'cancelled' else 'posted' end as status,
      now() - (2 + (i / ${sql.raw(String(ACCOUNTS_EACH))}) % 540) * interval '1 day' as at
    from generate_series(0, ${sql.raw(String(crowd.shares - 1))}) as i) as made`;

const attempts = sql`insert into share_attempts (share_id, action, result, started_at, ended_at)
  select id, 'share', status, created_at, created_at from social_shares where status <> 'scheduled'`;

const indexesShape = z.array(z.object({ name: z.string(), made: z.string() }));

/** Drops indexes, since many rows are inserted faster without them. @returns a function that restores them */
async function dropIndexes(database: Database): Promise<() => Promise<void>> {
  const { rows } = await database.execute(sql`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index
    where indrelid = any(${sql.param(tables)}::regclass[]) and not exists
      (select 1 from pg_constraint where conindid = indexrelid)`);
  const indexes = indexesShape.parse(rows);
  for (const { name } of indexes) await database.execute(sql`drop index ${sql.raw(name)}`);
  return async () => {
    for (const { made } of indexes) await database.execute(sql.raw(made));
  };
}
