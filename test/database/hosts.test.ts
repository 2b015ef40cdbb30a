/** DATABASE_URL with several hosts, and servers that accept no writes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { isAway } from "../../src/database/connection/away.ts";
import { complaintOf, splitHosts } from "../../src/database/connection/hosts.ts";
import { toPoolSettings } from "../../src/database/connection/pool-settings.ts";
import { DatabaseUnreachable } from "../../src/database/connection/reachable.ts";
import { type Embedded, startEmbedded } from "../../src/database/embedded/embedded.ts";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { freshDatabaseUrl } from "../harness/database/database.ts";
import { type DatabaseLine, openDatabaseLine } from "../harness/database/database-line.ts";

let folder: string;
let reader: Embedded;
/** Lines to a read-only server, and to two addresses of one that accepts writes. */
let lines: Record<"reader" | "one" | "other", DatabaseLine>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-reader-"));
  await (await startEmbedded(folder)).stop();
  reader = await startEmbedded(folder, { settings: { default_transaction_read_only: "on" } });
  const readerUrl = `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(reader.connection.host))}`;
  lines = {
    reader: await openDatabaseLine(readerUrl),
    one: await openDatabaseLine(inject("templateUrl")),
    other: await openDatabaseLine(inject("templateUrl")),
  };
});
afterAll(async () => {
  for (const line of Object.values(lines)) await line.close();
  await reader.stop();
  rmSync(folder, { recursive: true, force: true });
});

function several(...names: (keyof typeof lines)[]): string {
  const hosts = names.map((name) => new URL(lines[name].url).host).join(",");
  return `postgres://sharewell@${hosts}/sharewell?target_session_attrs=read-write`;
}

test("of several hosts the one that takes changes is connected to, by every kind of connection", async () => {
  const url = several("reader", "one");
  const open = openDatabase(url, () => {});
  const made = await open.pool.query("create temporary table lanterns (id integer)");
  expect(made.command).toBe("CREATE");
  await open.close();
  // As the queue's library opens the connection that listens.
  const listener = new pg.Client(toPoolSettings(url));
  await listener.connect();
  await listener.query("create temporary table lanterns (id integer)");
  await listener.end();
});

test("when the host goes away the next connections go to another one", async () => {
  const open = openDatabase(several("one", "reader", "other"), () => {});
  await open.pool.query("select 1");
  lines.one.cut();
  await open.pool.query("select 1").catch(() => {});
  await expect
    .poll(() =>
      open.pool.query("create temporary table lanterns (id integer)").then(
        () => "done",
        () => "not yet",
      ),
    )
    .toBe("done");
  lines.one.mend();
  await open.close();
});

test("the password of an address with several hosts reaches every connection", async () => {
  const url = several("one", "other").replace("sharewell@", "sharewell:lanterns@");
  const open = openDatabase(url, () => {});
  const client = await open.pool.connect();
  expect(Reflect.get(client, "password")).toBe("lanterns");
  client.release();
  await open.close();
});

test("where none of the hosts takes changes each one is named with its reason, and it counts as away", async () => {
  const open = openDatabase(
    `postgres://ana:secret@127.0.0.1:1,${new URL(lines.reader.url).host}/sharewell`,
    () => {},
  );
  const failure: unknown = await migrateDatabase(open, { patience: { forMs: 0 } }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(DatabaseUnreachable);
  expect(String(failure)).toMatch(/127\.0\.0\.1:1: .*ECONNREFUSED.*127\.0\.0\.1:\d+: /);
  expect(String(failure)).not.toContain("secret");
  await open.close();
});

test("a standby in the database's place is told as such at the start", async () => {
  const open = openDatabase(lines.reader.url, () => {});
  const failure: unknown = await migrateDatabase(open, { patience: { forMs: 0 } }).catch(
    (error: unknown) => error,
  );
  expect(String(failure)).toMatch(/is read-only: a standby/);
  await open.close();
});

test("a connection whose server takes no changes any more counts as away, and is not used again", async () => {
  const open = openDatabase(await freshDatabaseUrl(), () => {}, 1);
  await open.pool.query("set default_transaction_read_only = on");
  const failure: unknown = await open.pool
    .query("create table lanterns (id integer)")
    .catch((error: unknown) => error);
  expect(isAway(failure)).toBe(true);
  await open.pool.query("create table lanterns (id integer)");
  await open.close();
});

test.each([
  ["postgres://u:p@one:5432,two:5433/name", [5432, 5433]],
  ["postgresql://u:p%40@[::1]:1,two/name?sslmode=require", [1, 5432]],
  ["postgres://u@one/name", []],
  ["postgres:///name?host=/run/postgresql", []],
])("%s is taken", (address, ports) => {
  expect(complaintOf(address)).toBeUndefined();
  expect(splitHosts(address).hosts.map(({ port }) => port)).toEqual(ports);
});

test.each([
  ["mysql://u:p@one/name", /must look like postgres:/],
  ["postgres://u:p@one:99999,two/name", /must look like|an invalid host in its list/],
  ["postgres://u:p@one,/name", /an invalid host in its list/],
  ["postgres:///name?host=one,two&port=1,2&user=u:p", /write them before it/],
  ["postgres://u:p@one,two/name?target_session_attrs=standby", /standby.*read-write/],
])("%s is refused in words, without the password", (address, words) => {
  expect(complaintOf(address)).toMatch(words);
  expect(complaintOf(address)).not.toContain("u:p");
});
