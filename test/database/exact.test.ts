/** The update corrects records that earlier versions left in a form that no longer exists. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { emptyDatabaseUrl } from "../harness/database/database.ts";

/** The last migration before that. */
const BEFORE = 11;

let open: ReturnType<typeof openDatabase>;
const accounts: Record<string, string> = {};
const shares: Record<string, string> = {};

async function insert(table: string, values: Readonly<Record<string, unknown>>): Promise<string> {
  const names = Object.keys(values);
  const { rows } = await open.pool.query<{ id: string }>(
    `insert into ${table} (${names.join(", ")}) values (${names.map((_, index) => `$${index + 1}`).join(", ")})
     returning id`,
    Object.values(values),
  );
  return rows[0]?.id ?? "";
}

const AGO = new Date(Date.now() - 3_600_000);
const LEASE = "0198f1d2-0000-4000-8000-000000000000";
const inHand = { lease_id: LEASE, lease_until: new Date(Date.now() + 60_000) };

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

  await insert("users", { id: "ana", name: "Ana", email: "ana@example.com" });
  await insert("users", { id: "mallory", name: "Mallory", email: "m@example.com", blocked_at: AGO });
  const request = await insert("share_requests", {
    ...{ user_id: "ana", url: "https://example.com/", title: "", description: "", message: "" },
    idempotency_key: "one",
  });
  for (const [name, values] of Object.entries({
    works: { access_token_enc: "sealed" },
    zombie: {},
    ended: { revoked_at: AGO },
    blocked: { access_token_enc: "sealed", user_id: "mallory" },
  }))
    accounts[name] = await insert("social_connections", {
      ...{ user_id: "ana", platform: "twitter", platform_user_id: name, platform_username: name },
      ...{ display_name: name, scopes: "", extra_data: {}, ...values },
    });
  const put = async (name: string, account: string, values: Readonly<Record<string, unknown>>) => {
    shares[name] = await insert("social_shares", {
      ...{ share_request_id: request, user_id: account === "blocked" ? "mallory" : "ana" },
      ...{ connection_id: accounts[account], shared_url: "https://example.com/", shared_title: "", text: "" },
      ...values,
    });
  };
  await put("in hand", "works", { status: "queued", ...inHand });
  await put("cancelled in hand", "works", { status: "cancelled", ...inHand });
  await put("cancelled, perhaps out", "works", { status: "cancelled", first_sent_at: AGO, ...inHand });
  await put("waits, perhaps out", "works", { status: "queued", first_sent_at: AGO });
  await put("sent without a time", "works", { status: "sending", sent_at: AGO });
  await put("waits", "works", { status: "reconnect" });
  await put("waits for what was disconnected", "ended", { status: "reconnect", error_code: "token-refused" });
  await put("perhaps out of what was disconnected", "ended", {
    status: "sending",
    first_sent_at: AGO,
    ...inHand,
  });
  await put("unconfirmed of what was disconnected", "ended", { status: "unconfirmed", first_sent_at: AGO });
  await put("posted of what was disconnected", "ended", { status: "posted", first_sent_at: AGO, ...inHand });
  await put("scheduled by who is blocked", "blocked", { status: "scheduled" });
  await put("under way by who is blocked", "blocked", { status: "sending", first_sent_at: AGO, ...inHand });
  await migrateDatabase(open);
});
afterAll(() => open.close());

test("every share is in a state that holds now, and nothing goes out that was stopped before", async () => {
  const { rows } = await open.pool.query(
    "select id, status, withdrawn, first_sent_at is not null as sent, lease_id is not null as held, error_code as why from social_shares",
  );
  const found = (name: string) => {
    const { status, withdrawn, sent, held, why } = rows.find(({ id }) => id === shares[name]) ?? {};
    return [
      status,
      ...(withdrawn ? ["withdrawn"] : []),
      ...(sent ? ["sent"] : []),
      ...(held ? ["held"] : []),
      why,
    ]
      .filter(Boolean)
      .join(", ");
  };
  expect(Object.fromEntries(Object.keys(shares).map((name) => [name, found(name)]))).toEqual({
    "in hand": "queued, held",
    "cancelled in hand": "cancelled",
    "cancelled, perhaps out": "unconfirmed, withdrawn, sent",
    "waits, perhaps out": "sending, sent",
    "sent without a time": "sending, sent",
    waits: "reconnect",
    "waits for what was disconnected": "cancelled, disconnected",
    "perhaps out of what was disconnected": "unconfirmed, withdrawn, sent, disconnected",
    "unconfirmed of what was disconnected": "unconfirmed, withdrawn, sent",
    "posted of what was disconnected": "posted, sent",
    "scheduled by who is blocked": "cancelled",
    "under way by who is blocked": "unconfirmed, withdrawn, sent, blocked",
  });
});

test("an account without tokens that was taken for working asks to be reconnected; what was ended stays so", async () => {
  const { rows } = await open.pool.query(
    "select platform_user_id as name, status, revoked_at is not null as over from social_connections order by 1",
  );
  expect(rows).toEqual([
    { name: "blocked", status: "active", over: false },
    { name: "ended", status: "active", over: true },
    { name: "works", status: "active", over: false },
    { name: "zombie", status: "reconnect", over: false },
  ]);
});
