/** Copies tables as streams of text from one database to another, across versions of PostgreSQL. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { z } from "zod";
import * as schema from "../schema.ts";

/** Which processes run is only true of one moment and one place. */
const LEFT_OUT: ReadonlySet<string> = new Set(["processes"]);

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Starts a snapshot: everything read after this is from one moment. */
export async function beginSnapshot(client: pg.ClientBase): Promise<void> {
  await client.query("begin isolation level repeatable read read only");
  await speakPlainly(client);
}

/** Fixes the settings that decide how values look as text, whatever the server, database or user has set. */
export async function speakPlainly(client: pg.ClientBase): Promise<void> {
  await client.query(
    "set local timezone = 'UTC'; set local datestyle = 'ISO'; set local bytea_output = 'hex'; set local extra_float_digits = 1; set local synchronize_seqscans = off; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0",
  );
}

const columnsShape = z.array(z.object({ table_name: z.string(), columns: z.array(z.string()) }));
const referencesShape = z.array(z.object({ child: z.string(), parent: z.string() }));

/** Lists our tables that exist, each after the tables that it references. @throws if tables reference each other in a circle */
export async function listTables(client: pg.ClientBase): Promise<TableShape[]> {
  const known: ReadonlySet<string> = new Set(
    Object.values(schema)
      .filter((value) => is(value, PgTable))
      .map((table) => getTableName(table)),
  );
  const { rows } =
    await client.query(`select table_name, array_agg(column_name::text order by ordinal_position) as columns
    from information_schema.columns where table_schema = 'public' group by table_name order by table_name`);
  const references =
    await client.query(`select distinct conrelid::regclass::text as child, confrelid::regclass::text as parent
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`);
  const tables = columnsShape
    .parse(rows)
    .filter(({ table_name: name }) => known.has(name) && !LEFT_OUT.has(name))
    .map(({ table_name: name, columns }) => ({ name, columns }));
  return inOrder(tables, referencesShape.parse(references.rows));
}

function inOrder(
  tables: readonly TableShape[],
  references: readonly { readonly child: string; readonly parent: string }[],
): TableShape[] {
  const ordered: TableShape[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const isFree = ({ name }: TableShape) =>
      !references.some(({ child, parent }) => child === name && left.some((other) => other.name === parent));
    const free = left.filter(isFree);
    if (free.length === 0) throw new Error("Tables reference each other in a circle.");
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const columnsOf = ({ columns }: TableShape) => columns.map(quoted).join(", ");

/** Streams the rows of a table. `rows` returns their number once all have been read. */
export function readTable(
  client: pg.ClientBase,
  table: TableShape,
): { readonly chunks: AsyncIterable<Buffer>; rows(): number } {
  const stream = client.query(
    copyTo(`copy (select ${columnsOf(table)} from ${quoted(table.name)}) to stdout`),
  );
  return { chunks: stream, rows: () => stream.rowCount };
}

/** @returns how many rows were written */
export async function writeTable(
  client: pg.ClientBase,
  table: TableShape,
  chunks: AsyncIterable<Buffer>,
): Promise<number> {
  const stream = client.query(copyFrom(`copy ${quoted(table.name)} (${columnsOf(table)}) from stdin`));
  await pipeline(Readable.from(chunks, { objectMode: false }), stream);
  return stream.rowCount;
}

/** @returns the SHA-256 of the table's current rows in the order in which they were written, in hex */
export async function hashTable(client: pg.ClientBase, table: TableShape): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readTable(client, table).chunks) hash.update(chunk);
  return hash.digest("hex");
}
