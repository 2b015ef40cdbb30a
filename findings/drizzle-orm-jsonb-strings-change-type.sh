#!/usr/bin/env bash
# drizzle-orm 0.45.4 with PGlite 0.3.14 (PostgreSQL): a JSON string whose text is itself JSON is read as another type.
# It is stored correctly, as a string; the driver parses the column, and drizzle parses the driver's result once more.
#
# Seen: "123" is read as the number 123, "true" as true, "null" as null, '{"a":1}' as an object, "1e400" as Infinity;
# jsonb_typeof says "string" for each of them. "hello" is read as "hello".
#
# A column that holds what people typed, as JSON, changes the type of some of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts drizzle-orm@0.45.4 @electric-sql/pglite@0.3.14
cat >try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { eq } from "drizzle-orm";
import { integer, jsonb, pgTable } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pglite";
import { inspect } from "node:util";

const client = new PGlite();
await client.exec("create table notes (id integer primary key, value jsonb)");
const notes = pgTable("notes", { id: integer("id").primaryKey(), value: jsonb("value") });
const database = drizzle(client);
for (const [id, value] of ["hello", "123", "true", "null", '{"a":1}', "1e400"].entries()) {
  await database.insert(notes).values({ id, value });
  const [row] = await database.select().from(notes).where(eq(notes.id, id));
  const { rows } = await client.query("select jsonb_typeof(value) as type from notes where id = $1", [id]);
  console.log(`${inspect(value)} is stored as a ${rows[0].type} and read as ${inspect(row.value)}`);
}
JS
node try.mjs | tee seen
cat >expected <<'TXT'
'hello' is stored as a string and read as 'hello'
'123' is stored as a string and read as 123
'true' is stored as a string and read as true
'null' is stored as a string and read as null
'{"a":1}' is stored as a string and read as { a: 1 }
'1e400' is stored as a string and read as Infinity
TXT
diff expected seen
