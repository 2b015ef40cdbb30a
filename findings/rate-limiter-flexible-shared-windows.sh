#!/usr/bin/env bash
# rate-limiter-flexible 11.4.0 on PostgreSQL (PGlite 0.3.14): two limiters of one table without their own prefixes count
# in the same rows. The second one takes over not only the first one's count but also the end of its window: a limit of
# an hour becomes one of a minute, or the other way round, depending on which of the two is called first.
#
# Seen: a limiter of a minute counts two attempts of "ana"; one of an hour then counts its first as the third, in a window of
# 60 s. Called first, the limiter of an hour leaves the one of a minute with a window of 3600 s.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts rate-limiter-flexible@11.4.0 @electric-sql/pglite@0.3.14
cat >try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { RateLimiterPostgres } from "rate-limiter-flexible";

const database = new PGlite();
const storeClient = { query: ({ text, values, ...rest }) => (text ? database.query(text, values) : database.query(rest)) };
await database.exec("create table limits (key varchar(255) primary key, points integer not null default 0, expire bigint)");
const limiter = (duration) =>
  new RateLimiterPostgres({
    ...{ storeClient, storeType: "client", tableName: "limits", tableCreated: true },
    ...{ points: 10, duration },
  });
const [minute, hour] = [limiter(60), limiter(3600)];
const tell = (name, { consumedPoints, msBeforeNext }) =>
  console.log(`${name}: try ${consumedPoints}, window of ${Math.ceil(msBeforeNext / 1_000 / 60)} min`);
tell("minute, ana", await minute.consume("ana"));
tell("minute, ana", await minute.consume("ana"));
tell("hour, ana", await hour.consume("ana"));
tell("hour, ben", await hour.consume("ben"));
tell("minute, ben", await minute.consume("ben"));
process.exit(0);
JS
node try.mjs | tee seen
cat >expected <<'TXT'
minute, ana: try 1, window of 1 min
minute, ana: try 2, window of 1 min
hour, ana: try 3, window of 1 min
hour, ben: try 1, window of 60 min
minute, ben: try 2, window of 60 min
TXT
diff expected seen
