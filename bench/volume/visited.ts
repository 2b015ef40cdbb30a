/** The person whose pages are measured, with a lot of everything that a page can show. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { departures } from "../../src/database/schema.ts";
import type { Runtime } from "../../src/service/runtime.ts";
import type { ShareStatus } from "../../src/sharing/share.ts";
import { addRequest } from "../../test/harness/people/many-shares.ts";
import { type Amount, addSomebody, type Somebody } from "../../test/harness/people/somebody.ts";

export interface Visited extends Somebody {
  /** The request to all accounts, with shares in every status. */
  readonly mixedId: string;
  /** The page that was shared many times. */
  readonly pageUrl: string;
  /** The secret of the progress page of a deleted person with as many accounts. */
  readonly departure: string;
}

/** More than fit on one page of the history. */
const TO_ALL = 20;
const MINUTE_MS = 60_000;

const states: readonly ShareStatus[] = [
  ...["posted", "posted", "posted", "duplicate", "queued", "sending"],
  ...["unconfirmed", "reconnect", "failed", "rejected", "cancelled"],
] as ShareStatus[];

export async function addVisited(
  runtime: Runtime,
  address: string,
  name: string,
  amount: Amount,
): Promise<Visited> {
  const { database } = runtime;
  const somebody = await addSomebody(runtime, address, name, amount);
  const pageUrl = `https://blog.example.com/${name.toLowerCase()}/again`;
  const made: string[] = [];
  for (let number = 0; number < TO_ALL; number += 1) {
    const createdAt = new Date(Date.now() - number * MINUTE_MS);
    const inTurn = states.map((_, at) => states[(at + number) % states.length] ?? "posted");
    made.push(await addRequest(database, somebody, somebody.connectionIds, inTurn, { createdAt }));
  }
  const ids = sql.param(made);
  await database.execute(
    sql`update share_requests set url = ${pageUrl}, page_url = ${pageUrl} where id = any(${ids}::uuid[])`,
  );
  // Some posts are deleted, some are being deleted, and some deletions failed.
  await database.execute(sql`update social_shares set deleted_at = now()
    where share_request_id = any(${ids}::uuid[]) and status = 'posted' and platform_post_id::integer % 4 = 0`);
  await database.execute(sql`insert into share_deletions (share_id, user_id, state, asked_at, next_attempt_at)
    select id, user_id, (array['deleting', 'failed', 'unclear'])[1 + platform_post_id::integer / 4 % 3], now(),
      now() + interval '1 day'
    from social_shares
    where share_request_id = any(${ids}::uuid[]) and status = 'posted' and platform_post_id::integer % 4 = 1`);
  const departure = await addDeparture(runtime, amount.accounts);
  return { ...somebody, mixedId: made[0] ?? "", pageUrl, departure };
}

/** The deletion of a person, half done. */
async function addDeparture({ database }: Runtime, accounts: number): Promise<string> {
  const secret = randomBytes(32).toString("base64url");
  const [departure] = await database
    .insert(departures)
    .values({
      tokenHash: createHash("sha256").update(secret).digest("hex"),
      grants: accounts,
      left: Array.from({ length: Math.floor(accounts / 4) }, () => "threads"),
    })
    .returning({ id: departures.id });
  await database.execute(sql`insert into loose_grants (user_id, platform, platform_user_id, extra_data, access_token_enc,
      is_held, due_at, departure_id)
    select ${randomUUID()}, 'mastodon', n::text, '{}', 'sealed', false, now() + interval '1 day', ${departure?.id}::uuid
    from generate_series(1, ${Math.ceil(accounts / 2)}::integer) as n`);
  return secret;
}
