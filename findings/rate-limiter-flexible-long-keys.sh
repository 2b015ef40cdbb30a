#!/usr/bin/env bash
# rate-limiter-flexible 11.4.0 on PostgreSQL (PGlite 0.3.14): a key of more than 255 characters, including the prefix, is never
# counted. Each attempt rejects with the database's error 22001 and not with a RateLimiterRes, so code that recognises "over
# the limit" by the class of the error lets such a key through or answers 500, however often it comes.
#
# Seen: two points for each of two keys; the short one is over the limit at the third attempt, the long one fails three times.
#
# Keys made from an email address and a path, or from a user agent, are sometimes that long. Hash them.
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
