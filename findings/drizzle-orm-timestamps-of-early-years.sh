#!/usr/bin/env bash
# drizzle-orm 0.45.4 with PGlite 0.3.14 (PostgreSQL): a timestamp of the years 1 to 99 is read as one of the years 1950 to
# 2049. PostgreSQL writes the year with four digits ("0001-01-01 00:00:00+00"); drizzle passes that text to Date, which
# reads it as a year of two digits.
#
# Seen, for the first of June: year 49 is read as 2049, year 50 as 1950, year 99 as 1999; year 1 as the sixth of January
# 2001, with day and month swapped too; year 100 is read correctly.
#
# Year 1 is what several languages write for "no time" (their zero value), so it does occur in imported data.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts drizzle-orm@0.45.4 @electric-sql/pglite@0.3.14
cat >try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { asc } from "drizzle-orm";
import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pglite";

const client = new PGlite();
await client.exec("create table events (year integer primary key, at timestamptz)");
await client.exec(
  "insert into events select year, make_timestamptz(year, 6, 1, 0, 0, 0, 'UTC') from unnest(array[1, 49, 50, 99, 100]) year",
);
const events = pgTable("events", { year: integer("year").primaryKey(), at: timestamp("at", { withTimezone: true }) });
for (const { year, at } of await drizzle(client).select().from(events).orderBy(asc(events.year)))
  console.log(`year ${year} is read as ${at.toISOString()}`);
JS
TZ=UTC node try.mjs | tee seen
cat >expected <<'TXT'
year 1 is read as 2001-01-06T00:00:00.000Z
year 49 is read as 2049-06-01T00:00:00.000Z
year 50 is read as 1950-06-01T00:00:00.000Z
year 99 is read as 1999-06-01T00:00:00.000Z
year 100 is read as 0100-06-01T00:00:00.000Z
TXT
diff expected seen
