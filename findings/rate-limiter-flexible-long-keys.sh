#!/usr/bin/env bash
# rate-limiter-flexible 11.4.0 on PostgreSQL (PGlite 0.3.14): a key of more than 255 characters, prefix included, is never
# counted. Each try rejects with the database's error 22001 and not with a RateLimiterRes, so that code which tells "over
# the limit" by the class of what it caught lets such a key through or answers 500, for as long as it likes to ask.
#
# Seen: two points for each of two keys; the short one is over the limit at the third try, the long one fails three times.
#
# Keys made of an email address and a path, or of a user agent, are that long now and then. Hash them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts rate-limiter-flexible@11.4.0 @electric-sql/pglite@0.3.14
cat >try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";

const database = new PGlite();
const storeClient = { query: ({ text, values, ...rest }) => (text ? database.query(text, values) : database.query(rest)) };
// The library's own table, as it creates it.
await database.exec("create table limits (key varchar(255) primary key, points integer not null default 0, expire bigint)");
const limiter = new RateLimiterPostgres({
  ...{ storeClient, storeType: "client", tableName: "limits", tableCreated: true },
  ...{ points: 2, duration: 600, keyPrefix: "sign-in" },
});
for (const key of ["ana@example.com", `ana@example.com ${"x".repeat(300)}`])
  for (let tries = 1; tries <= 3; tries += 1) {
    const outcome = await limiter.consume(key).then(
      ({ remainingPoints }) => `counted, ${remainingPoints} left`,
      (reason) => (reason instanceof RateLimiterRes ? "over the limit" : `fails with ${reason.code}`),
    );
    console.log(`key of ${key.length} characters, try ${tries}: ${outcome}`);
  }
process.exit(0);
JS
node try.mjs | tee seen
cat >expected <<'TXT'
key of 15 characters, try 1: counted, 1 left
key of 15 characters, try 2: counted, 0 left
key of 15 characters, try 3: over the limit
key of 316 characters, try 1: fails with 22001
key of 316 characters, try 2: fails with 22001
key of 316 characters, try 3: fails with 22001
TXT
diff expected seen
