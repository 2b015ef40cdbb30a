import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { DatabaseSilent, isAway } from "../../src/database/connection/away.ts";
import { CarefulClient } from "../../src/database/connection/careful-client.ts";
import { DatabaseUnreachable, whileReachable } from "../../src/database/connection/reachable.ts";
import {
  compareTables,
  DatabaseForbidden,
  DatabaseTooNew,
  migrateDatabase,
} from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { users } from "../../src/database/schema.ts";
import { emptyDatabaseUrl, freshDatabase, freshDatabaseUrl } from "../harness/database/database.ts";
import { waitFor } from "../harness/wait.ts";

test("processes that start at once on an empty database all find the tables", async () => {
  const url = await freshDatabaseUrl();
  const processes = Array.from({ length: 6 }, () => openDatabase(url, () => {}));
  for (const { pool } of processes) await pool.query("select 1");
  await processes[0]?.pool.query(
    "drop schema public cascade; create schema public; drop schema drizzle cascade",
  );
  await Promise.all(processes.map((open) => migrateDatabase(open)));
  for (const { database } of processes) expect(await database.select().from(users)).toEqual([]);
  await Promise.all(processes.map((open) => open.close()));
});

test("an older database moves up and keeps its rows", async () => {
  const open = await freshDatabase();
  await open.database.insert(users).values({ id: "1", name: "Ana", email: "ana@example.com" });
  const newer = mkdtempSync(join(tmpdir(), "sharewell-migrations-"));
  cpSync("src/database/migrations", newer, { recursive: true });
  const journalPath = join(newer, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(journalPath, "utf8")) as {
    entries: { idx: number; tag: string; when: number }[];
  };
  journal.entries.push({ ...journal.entries[0], idx: 99, tag: "0099_later", when: Date.now() + 1_000 });
  writeFileSync(journalPath, JSON.stringify(journal));
  writeFileSync(
    join(newer, "0099_later.sql"),
    "alter table users add column nickname text not null default 'none';",
  );

  expect(await compareTables(open.database, newer)).toBe("older");
  await migrateDatabase(open, { folder: newer });
  expect(await compareTables(open.database, newer)).toBe("current");
  expect(await compareTables(open.database)).toBe("newer");

  const rows = await open.pool.query("select name, nickname from users");
  expect(rows.rows).toEqual([{ name: "Ana", nickname: "none" }]);
  rmSync(newer, { recursive: true });
  await open.close();
});

test("a connection that the server ends between two statements of a transaction fails that one, not the process", async () => {
  const open = await freshDatabase();
  const interrupted = open.database.transaction(async (transaction) => {
    const { rows } = await transaction.execute(sql`select pg_backend_pid() as pid`);
    await open.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    // It learns of the end while it waits for something else, such as a network.
    await waitFor("the connection to be gone", async () => {
      const { rowCount } = await open.pool.query("select 1 from pg_stat_activity where pid = $1", [
        rows[0]?.pid,
      ]);
      return rowCount === 0 ? true : undefined;
    });
    await transaction.execute(sql`select 1`);
  });
  await expect(interrupted).rejects.toThrow();
  expect((await open.pool.query("select 1")).rowCount).toBe(1);
  await open.close();
});

test("a database made by a newer version is refused with a clear line", async () => {
  const open = await freshDatabase();
  await open.database.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('future', 99999999999999)`,
  );
  await expect(migrateDatabase(open)).rejects.toThrow(DatabaseTooNew);
  await expect(migrateDatabase(open)).rejects.toThrow(/newer version of Sharewell/);
  await open.close();
});

test("a user who may not make tables is told so in one sentence", async () => {
  const url = await emptyDatabaseUrl();
  const owner = openDatabase(url, () => {});
  const role = `guest_${randomUUID().replaceAll("-", "")}`;
  await owner.pool.query(`create role ${role}`);
  await owner.close();
  const asRole = new URL(url);
  asRole.searchParams.set("options", `-c role=${role}`);
  const guest = openDatabase(asRole.href, () => {});
  const failure: unknown = await migrateDatabase(guest).catch((error: unknown) => error);
  await guest.close();
  expect(failure).toBeInstanceOf(DatabaseForbidden);
  expect(String(failure)).toContain("make it the database's owner");
});

test("a server that goes away while the service starts is told in one sentence; other errors stay as they are", async () => {
  const { pool, close } = openDatabase("postgres://ana:secret@127.0.0.1:1/none", () => {});
  const failure: unknown = await whileReachable(pool.query("select 1")).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DatabaseUnreachable);
  expect(String(failure)).toMatch(/The database went away: .*ECONNREFUSED.*Check that the server is running/);
  expect(String(failure)).not.toContain("secret");
  await close();
  await expect(whileReachable(Promise.reject(new Error("Something else.")))).rejects.toThrow(
    "Something else.",
  );
});

test("a connection that is lost as a transaction begins is no longer the pool's, which ends when it is told to", async () => {
  const open = openDatabase(await freshDatabaseUrl(), () => {});
  open.pool.on("acquire", (client) => Reflect.get(client, "connection").stream.destroy());
  for (let tries = 0; tries < 25; tries += 1)
    await expect(open.database.transaction(async () => {})).rejects.toThrow("Failed query: begin");
  expect(open.pool.totalCount).toBe(0);
  open.pool.removeAllListeners("acquire");
  expect(await open.database.transaction((transaction) => transaction.select().from(users))).toEqual([]);
  await open.close();
});

test("a connection that breaks off while it is set up fails, and the process lives", async () => {
  const client = new CarefulClient({ connectionString: await freshDatabaseUrl() });
  client.once("connect", () => Reflect.get(client, "connection").stream.destroy(new DatabaseSilent()));
  await expect(client.connect()).rejects.toSatisfy(isAway);
});
