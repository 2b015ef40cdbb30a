/**
 * Records, in the database itself, every change of a share, an account and a person, with the actions and calls around
 * it.
 */
import pg from "pg";
import { z } from "zod";

const entryShape = z.object({
  n: z.coerce.number(),
  /** In milliseconds since 1970, by the laboratory's clock. */
  at: z.coerce.number(),
  about: z.enum(["share", "connection", "person", "act", "call", "statement"]),
  /** The id of a share, a connection or a person. */
  subject: z.string().nullable(),
  /** The connection and the request of a share. */
  connection: z.string().nullable(),
  request: z.string().nullable(),
  was: z.string().nullable(),
  now: z.string().nullable(),
  code: z.string().nullable(),
  lease: z.string().nullable(),
  /** A share passed its fence, for the first time or again. */
  fence: z.enum(["first", "again"]).nullable(),
  words: z.string().nullable(),
});
export type Entry = z.infer<typeof entryShape>;

const tables = `
create table if not exists explorer_clock (ahead_ms bigint not null);
create table if not exists explorer_journal (
  n bigserial primary key, at bigint not null default 0, about text not null, subject text, connection text,
  request text, was text, now text, code text, lease text, fence text, words text);

create or replace function explorer_time() returns trigger language plpgsql as $$ begin
  new.at := floor(extract(epoch from clock_timestamp()) * 1000) + (select ahead_ms from explorer_clock);
  return new;
end $$;
create or replace trigger explorer_time before insert on explorer_journal
  for each row execute function explorer_time();

create or replace function explorer_share() returns trigger language plpgsql as $$
declare passed text;
begin
  if tg_op = 'DELETE' then
    insert into explorer_journal (about, subject, connection, request, was)
      values ('share', old.id, old.connection_id, old.share_request_id, old.status);
    return old;
  end if;
  if tg_op = 'INSERT' then
    insert into explorer_journal (about, subject, connection, request, now)
      values ('share', new.id, new.connection_id, new.share_request_id, new.status);
    return new;
  end if;
  if new.sent_at is distinct from old.sent_at and new.sent_at is not null then
    passed := case when old.first_sent_at is null then 'first' else 'again' end;
  end if;
  if new.status is distinct from old.status or passed is not null
    or new.deleted_at is distinct from old.deleted_at then
    insert into explorer_journal (about, subject, connection, request, was, now, code, lease, fence, words)
      values ('share', new.id, new.connection_id, new.share_request_id, old.status, new.status, new.error_code,
        old.lease_id, passed, case when new.deleted_at is distinct from old.deleted_at then 'deleted' end);
  end if;
  return new;
end $$;
create or replace trigger explorer_share after insert or update or delete on social_shares
  for each row execute function explorer_share();

create or replace function explorer_state(account social_connections) returns text language sql as $$
  select case when account.revoked_at is not null then 'disconnected' else account.status end
    || case when account.access_token_enc is null then ' without tokens' else '' end $$;

create or replace function explorer_connection() returns trigger language plpgsql as $$
declare was text; now text;
begin
  if tg_op <> 'INSERT' then was := explorer_state(old); end if;
  if tg_op <> 'DELETE' then now := explorer_state(new); end if;
  if was is distinct from now then
    insert into explorer_journal (about, subject, was, now, code, words)
      values ('connection', coalesce(new.id, old.id), was, now, new.error_code, coalesce(new.platform, old.platform));
  end if;
  return new;
end $$;
create or replace trigger explorer_connection after insert or update or delete on social_connections
  for each row execute function explorer_connection();

create or replace function explorer_person() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then
    insert into explorer_journal (about, subject, now) values ('person', old.id, 'gone');
  elsif new.blocked_at is distinct from old.blocked_at then
    insert into explorer_journal (about, subject, now)
      values ('person', new.id, case when new.blocked_at is null then 'unblocked' else 'blocked' end);
  end if;
  return new;
end $$;
create or replace trigger explorer_person after update or delete on users
  for each row execute function explorer_person();
`;

export interface Journal {
  /** Records an action or a call. @returns its number: everything later has a higher one */
  write(about: "act" | "call" | "statement", words: string): Promise<number>;
  read(): Promise<Entry[]>;
  setClock(aheadMs: number): Promise<void>;
  /** The number of statements that wait for a lock. */
  countLockWaits(): Promise<number>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Through separate connections, so that it waits for nobody. */
export async function openJournal(databaseUrl: string): Promise<Journal> {
  const pool = new pg.Pool({ connectionString: databaseUrl, application_name: "explorer", max: 3 });
  await pool.query(tables);
  await pool.query("insert into explorer_clock values (0)");
  const first = (rows: readonly unknown[]) => z.object({ n: z.coerce.number() }).parse(rows[0]).n;
  return {
    write: async (about, words) => {
      const text = "insert into explorer_journal (about, words) values ($1, $2) returning n";
      return first((await pool.query(text, [about, words])).rows);
    },
    read: async () => {
      const { rows } = await pool.query("select * from explorer_journal order by n");
      return z.array(entryShape).parse(rows);
    },
    setClock: async (aheadMs) => {
      await pool.query("update explorer_clock set ahead_ms = $1", [Math.round(aheadMs)]);
    },
    countLockWaits: async () => {
      const text = `select count(*) as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return first((await pool.query(text)).rows);
    },
    clear: async () => {
      await pool.query("delete from explorer_journal; update explorer_clock set ahead_ms = 0");
    },
    close: () => pool.end(),
  };
}
