/** Adds more accounts and shares than a test could create one by one. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Connection } from "../../../src/connections/connection.ts";
import type { Database } from "../../../src/database/open.ts";
import type { ShareStatus } from "../../../src/sharing/share.ts";

/** As long as the signed picture addresses of some networks. */
const avatar = `https://pictures.example.com/${"0123456789abcdef".repeat(12)}.jpg`;

/**
 * Adds accounts of one person on all networks, as copies of a connected one.
 * @returns their ids in the order of the pages
 */
export async function addAccounts(database: Database, like: Connection, number: number): Promise<string[]> {
  const { rows } = await database.execute(sql`
    insert into social_connections (user_id, platform, platform_user_id, platform_username, display_name, avatar_url,
      access_token_enc, scopes, extra_data, last_verified_at, created_at)
    select user_id, (array['facebook', 'instagram', 'linkedin', 'mastodon', 'threads', 'twitter'])[1 + n % 6],
      ${`${randomUUID()} `} || n, 'account' || n || '@social.example', 'Account number ' || n, ${avatar},
      access_token_enc, scopes, extra_data, now(), now() + n * interval '1 millisecond'
    from social_connections, generate_series(1, ${number}::integer) as n where id = ${like.id}
    returning id, platform, created_at`);
  const made = z
    .array(z.object({ id: z.string(), platform: z.string(), created_at: z.string() }))
    .parse(rows);
  return made
    .toSorted((one, other) => {
      const [left, right] = [one, other].map(({ platform, created_at }) => `${platform} ${created_at}`);
      return (left ?? "") < (right ?? "") ? -1 : 1;
    })
    .map(({ id }) => id);
}

interface Request {
  readonly title?: string;
  readonly createdAt?: Date;
  readonly scheduledAt?: Date;
}

/**
 * Adds a request with a share to each of these accounts. Shares under way belong to a worker that does not
 * exist, so nothing happens to them.
 * @param statuses the shares' statuses, in turn
 * @returns its id
 */
export async function addRequest(
  database: Database,
  person: { readonly id: string },
  connectionIds: readonly string[],
  statuses: readonly ShareStatus[],
  { title = "To many", createdAt = new Date(), scheduledAt }: Request = {},
): Promise<string> {
  const id = randomUUID();
  const url = `https://blog.example.com/${id}`;
  const at = createdAt.toISOString();
  const due = scheduledAt?.toISOString() ?? null;
  await database.execute(sql`
    insert into share_requests (id, user_id, url, page_url, title, description, message, idempotency_key, created_at,
      scheduled_at)
    values (${id}, ${person.id}, ${url}, ${url}, ${title}, '', 'Worth a read', ${id}, ${at}, ${due})`);
  await database.execute(sql`
    insert into social_shares (share_request_id, user_id, connection_id, shared_url, shared_title, text, status,
      platform_post_id, platform_post_url, error_code, error_message, next_attempt_at, lease_id, lease_until,
      first_sent_at, created_at, updated_at)
    select ${id}, ${person.id}, made.connection, ${url}, ${title}, 'Worth a read', made.status,
      case when made.status = 'posted' then made.n::text end,
      case when made.status = 'posted' then 'https://social.example/@account/' || made.n end,
      case when made.status in ('failed', 'rejected') then 'server-trouble' end,
      case when made.status in ('failed', 'rejected') then 'The network had trouble of its own.' end,
      case when made.status = 'scheduled' then ${due}::timestamptz end,
      case when made.status in ('queued', 'sending') then gen_random_uuid() end,
      case when made.status in ('queued', 'sending') then now() + interval '1 day' end,
      case when made.status in ('sending', 'unconfirmed') then now() end, ${at}, ${at}
    from (select connection, n, (${sql.param(statuses)}::text[])[1 + (n - 1) % ${statuses.length}::integer] as status
      from unnest(${sql.param(connectionIds)}::uuid[]) with ordinality as given (connection, n)) as made`);
  return id;
}
