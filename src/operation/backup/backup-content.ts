/** The content of a backup: every table and picture, with counts and checksums. */
import { createHash } from "node:crypto";
import type pg from "pg";
import { z } from "zod";
import { listTables, readTable } from "../../database/copy/copying.ts";
import type { PictureStore } from "../../pages/pictures/picture-store.ts";
import { ownVersion } from "../version.ts";
import { toChunks, toLine } from "./backup-stream.ts";

export interface Progress {
  readonly table: string;
  /** Bytes read so far, before compression. */
  readonly read: number;
}

interface Source {
  readonly client: pg.ClientBase;
  readonly pictures: PictureStore;
  onProgress(progress: Progress): void;
}

export async function* writeContent(
  source: Source,
  counts: { tables: number; rows: number; pictures: number },
): AsyncIterable<Buffer> {
  const { client } = source;
  const { rows } = await client.query(
    "select max(created_at)::text as newest, now() as at from drizzle.__drizzle_migrations",
  );
  const [{ newest, at }] = z.tuple([z.object({ newest: z.coerce.number(), at: z.date() })]).parse(rows);
  yield toLine({
    ...{ sharewell: "backup", format: 1, version: ownVersion() },
    ...{ migration: newest, madeAt: at.toISOString() },
  });
  let read = 0;
  for (const table of await listTables(client)) {
    yield toLine({ table: table.name, columns: [...table.columns] });
    const hash = createHash("sha256");
    const { chunks, rows } = readTable(client, table);
    for await (const part of toChunks(watched(chunks, hash))) {
      read += part.length;
      source.onProgress({ table: table.name, read });
      yield part;
    }
    yield toLine({ rows: rows(), sha256: hash.digest("hex") });
    counts.tables += 1;
    counts.rows += rows();
  }
  for await (const part of writePictures(source, counts)) yield part;
  yield toLine({ end: true, tables: counts.tables, pictures: counts.pictures });
}

async function* watched(chunks: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

const namesShape = z.array(z.object({ name_hash: z.string() }));
const SOME = 100;

/** Writes the pictures that are in a bucket; the others are part of their rows. */
async function* writePictures(
  { client, pictures }: Source,
  counts: { pictures: number },
): AsyncIterable<Buffer> {
  if (pictures.host === undefined) return;
  for (const of of ["public_pictures", "page_previews", "own_pictures"] as const) {
    for (let last = ""; ; ) {
      const { rows } = await client.query(
        `select name_hash from ${of} where bytes is null and type is not null and name_hash > $1 order by name_hash limit ${SOME}`,
        [last],
      );
      const names = namesShape.parse(rows);
      for (const { name_hash: picture } of names) {
        const bytes = await pictures.get(picture, null);
        if (bytes === undefined) continue;
        yield toLine({ picture, of });
        for await (const part of toChunks([bytes])) yield part;
        counts.pictures += 1;
      }
      last = names.at(-1)?.name_hash ?? "";
      if (names.length < SOME) break;
    }
  }
}
