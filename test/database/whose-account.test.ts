import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { emptyDatabaseUrl } from "../harness/database/database.ts";

/** The last migration before connections knew their app, and flows their server. */
const BEFORE = 10;

let open: ReturnType<typeof openDatabase>;
const page = (site: string, path = "") => `https://${site}/${path}`;

beforeAll(async () => {
  open = openDatabase(await emptyDatabaseUrl(), () => {});
  const older = mkdtempSync(join(tmpdir(), "sharewell-migrations-"));
  cpSync("src/database/migrations", older, { recursive: true });
  const journalPath = join(older, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(journalPath, "utf8")) as { entries: { idx: number }[] };
  journal.entries = journal.entries.filter(({ idx }) => idx <= BEFORE);
  writeFileSync(journalPath, JSON.stringify(journal));
  await migrateDatabase(open, { folder: older });
  rmSync(older, { recursive: true });

  await open.pool.query("insert into users (id, name, email) values ('ana', 'Ana', 'ana@example.com')");
  await open.pool.query(
    `insert into mastodon_apps (instance, client_id, client_secret_enc, scopes, redirect_uri)
     values ('https://one.example', 'one', 'sealed', 'profile', 'https://share.example/social/callback/mastodon/')`,
  );
  for (const [id, platform, extra] of [
    ["1@one.example", "mastodon", { origin: "https://one.example", accountId: "1" }],
    ["1@two.example", "mastodon", { origin: "https://two.example", accountId: "1" }],
    ["2", "twitter", { origin: "https://one.example" }],
  ] as const)
    await open.pool.query(
      `insert into social_connections
         (user_id, platform, platform_user_id, platform_username, display_name, scopes, extra_data, created_at)
       values ('ana', $1, $2, 'ana', 'Ana', '', $3, '2026-01-02T03:04:05Z')`,
      [platform, id, extra],
    );
  await open.pool.query(
    `insert into oauth_states (state_hash, user_id, session_id, platform, code_verifier_enc, remembered, return_to, expires_at)
     values ('hash', 'ana', 'session', 'mastodon', 'sealed', '{"origin": "https://one.example", "clientId": "one"}', '/', now())`,
  );
  for (const [key, url, own] of [
    ["same", page("example.com", "a"), page("www.example.com", "a?utm_source=x")],
    ["other", page("news.example", "scoop"), page("evil.example", "x")],
    ["neighbour", page("example.com", "scoop"), page("evil.example.com", "x")],
    ["unknown", page("news.example", "scoop"), null],
  ])
    await open.pool.query(
      `insert into share_requests (user_id, url, page_url, title, description, message, idempotency_key)
       values ('ana', $1, $2, '', '', '', $3)`,
      [url, own, key],
    );
  await migrateDatabase(open);
});
afterAll(() => open.close());

test("connections keep the app that they were made with, and the time when they were", async () => {
  const { rows } = await open.pool.query(
    "select platform_user_id as id, extra_data->>'clientId' as client, authorised_at as at from social_connections order by id",
  );
  expect(rows.map(({ id, client }) => [id, client])).toEqual([
    ["1@one.example", "one"],
    ["1@two.example", null],
    ["2", null],
  ]);
  expect(new Set(rows.map(({ at }) => at.toISOString()))).toEqual(new Set(["2026-01-02T03:04:05.000Z"]));
});

test("apps and dances are still there, and a server may have a second app", async () => {
  expect((await open.pool.query("select issuer from oauth_states")).rows).toEqual([{ issuer: null }]);
  await open.pool.query(
    `insert into mastodon_apps (instance, client_id, client_secret_enc, scopes, redirect_uri)
     values ('https://one.example', 'two', 'sealed', 'profile', 'https://share.example/')`,
  );
  const { rows } = await open.pool.query("select id, client_id as client from mastodon_apps order by client");
  expect(rows.map(({ client }) => client)).toEqual(["one", "two"]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(2);
});

test("pages that called themselves another site's are their own again, the others stay as they were", async () => {
  const { rows } = await open.pool.query("select idempotency_key as key, url from share_requests");
  expect(Object.fromEntries(rows.map(({ key, url }) => [key, url]))).toEqual({
    same: page("example.com", "a"),
    other: page("evil.example", "x"),
    neighbour: page("evil.example.com", "x"),
    unknown: page("news.example", "scoop"),
  });
});
