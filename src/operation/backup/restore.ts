/** Puts a backup into an empty place: all of it or nothing, and only where every row is as it was. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type pg from "pg";
import { hashTable, speakPlainly, type TableShape, writeTable } from "../../database/copy/copying.ts";
import {
  clearDraft,
  findState,
  listMigrations,
  markDraft,
  migrateUpTo,
  unmarkDraft,
} from "../../database/copy/draft.ts";
import { migrateDatabase } from "../../database/migrate.ts";
import type { OpenDatabase } from "../../database/open.ts";
import type { Backup, Progress } from "./backup.ts";
import {
  ALTERED,
  BackupReader,
  BackupUnusable,
  CUT,
  type Head,
  headShape,
  type Key,
  lineShape,
  unsealing,
} from "./backup-stream.ts";

/** The place is in use; the message says what to do. */
export class PlaceInUse extends Error {
  override name = "PlaceInUse";
}

/** The place has no room for what is in the backup; the message says what to do. */
export class PlaceFull extends Error {
  override name = "PlaceFull";
}

export interface Restored extends Omit<Backup, "bytes"> {
  readonly head: Head;
}

/**
 * @throws {PlaceInUse} where there is anything but an unfinished restore
 * @throws {BackupUnusable} before anything is written, where the file is cut, changed, locked, foreign or of a newer version
 * @throws {PlaceFull}
 */
export async function restoreBackup(
  open: OpenDatabase,
  path: string,
  key: Key = {},
  onProgress: (progress: Progress) => void = () => {},
): Promise<Restored> {
  const client = await open.pool.connect();
  try {
    const state = await findState(client);
    if (state === "in use")
      throw new PlaceInUse(
        "There is something in this database already. Restore into an empty one, and keep this one until you have looked at the new one.",
      );
    // Read once for nothing: whatever is wrong with the file is known before anything is made.
    const { head } = await readBackup(path, key, skipping);
    if (state === "unfinished") await clearDraft(client);
    await markDraft(client);
    try {
      await migrateUpTo(open, head.migration);
      const restored = await fill(client, path, key, onProgress);
      await migrateDatabase(open);
      return restored;
    } catch (error) {
      await client.query("rollback").catch(() => {});
      // Where even that fails the mark stays, and the next restore begins anew.
      await clearUnfinished(client).catch(() => {});
      throw isFull(error) ? new PlaceFull(NO_ROOM, { cause: error }) : error;
    }
  } finally {
    client.release();
  }
}

async function clearUnfinished(client: pg.ClientBase): Promise<void> {
  if ((await findState(client)) === "unfinished") await clearDraft(client);
}

const NO_ROOM =
  "The database's disk is full: nothing was restored. Make room on it, then run `sharewell restore` again, which begins anew.";

/** PostgreSQL's word for it, also within the error of whoever asked it. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "53100") || isFull(error.cause);
}

/** One transaction, in which the mark goes as well. */
async function fill(
  client: pg.ClientBase,
  path: string,
  key: Key,
  onProgress: (progress: Progress) => void,
): Promise<Restored> {
  await client.query("begin");
  await speakPlainly(client);
  let read = 0;
  const restored = await readBackup(path, key, {
    async table(table, chunks) {
      const counted = async function* () {
        for await (const chunk of chunks) {
          read += chunk.length;
          onProgress({ table: table.name, read });
          yield chunk;
        }
      };
      await client.query(`delete from "${table.name}"`);
      const rows = await writeTable(client, table, counted());
      return { rows, sha256: await hashTable(client, table) };
    },
    async picture({ of, picture }, bytes) {
      await client.query(`update ${of} set bytes = $2 where name_hash = $1`, [picture, bytes]);
    },
  });
  await unmarkDraft(client);
  await client.query("commit");
  return restored;
}

interface Taker {
  /** @returns what became of it; undefined: it was only looked at */
  table(
    table: TableShape,
    chunks: AsyncIterable<Buffer>,
  ): Promise<{ readonly rows: number; readonly sha256: string } | undefined>;
  picture(
    which: { readonly picture: string; readonly of: "public_pictures" | "page_previews" },
    bytes: Buffer,
  ): Promise<void>;
}

const skipping: Taker = {
  async table(_table, chunks) {
    for await (const _ of chunks);
    return undefined;
  },
  picture: async () => {},
};

/** Every table and picture in turn, each held against what its backup says of it. @throws {BackupUnusable} */
async function readBackup(path: string, key: Key, taker: Taker): Promise<Restored> {
  const step = unsealing(await readStart(path), key);
  let restored: Restored | undefined;
  await pipeline(createReadStream(path), step, createGunzip(), async (source: AsyncIterable<Uint8Array>) => {
    restored = await readContent(new BackupReader(source), taker);
  }).catch((error: unknown) => {
    throw explain(error);
  });
  if (restored === undefined) throw new BackupUnusable(CUT);
  return restored;
}

async function readStart(path: string): Promise<Buffer> {
  const file = await openFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new BackupUnusable(`The backup cannot be read: ${cause.message}.`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new BackupUnusable(
      `The backup cannot be read: ${cause instanceof Error ? cause.message : cause}.`,
      {
        cause,
      },
    );
  } finally {
    await file.close();
  }
}

async function readContent(reader: BackupReader, taker: Taker): Promise<Restored> {
  const head = readHead(await reader.line());
  const counts = { tables: 0, rows: 0, pictures: 0 };
  for (;;) {
    const line = lineShape.safeParse(await reader.line()).data;
    if (line === undefined || "rows" in line) throw new BackupUnusable(ALTERED);
    if ("end" in line) {
      if (line.tables !== counts.tables || line.pictures !== counts.pictures)
        throw new BackupUnusable(ALTERED);
      await reader.end();
      return { head, ...counts };
    }
    if ("picture" in line) {
      const parts: Buffer[] = [];
      for await (const part of reader.chunks()) parts.push(part);
      await taker.picture(line, Buffer.concat(parts));
      counts.pictures += 1;
      continue;
    }
    counts.rows += await readTable(reader, taker, { name: line.table, columns: line.columns });
    counts.tables += 1;
  }
}

/** @returns its rows */
async function readTable(reader: BackupReader, taker: Taker, table: TableShape): Promise<number> {
  const hash = createHash("sha256");
  const chunks = async function* () {
    for await (const chunk of reader.chunks()) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const written = await taker.table(table, chunks());
  const line = lineShape.safeParse(await reader.line()).data;
  if (line === undefined || !("rows" in line) || line.sha256 !== hash.digest("hex"))
    throw new BackupUnusable(ALTERED);
  if (written !== undefined && (written.rows !== line.rows || written.sha256 !== line.sha256))
    throw new BackupUnusable(
      `The table ${table.name} did not arrive as it was: nothing was restored. Look at the database's log.`,
    );
  return line.rows;
}

function readHead(line: unknown): Head {
  const head = headShape.safeParse(line).data;
  if (head === undefined)
    throw new BackupUnusable("This file is no backup of Sharewell, or of one that is much newer.");
  const known = listMigrations();
  if (head.migration > Math.max(...known))
    throw new BackupUnusable(
      `This backup was made by Sharewell ${head.version}, which is newer than this one: install that version, or a newer one.`,
    );
  if (!known.includes(head.migration))
    throw new BackupUnusable(
      `This backup was made by Sharewell ${head.version}, whose tables this version does not know: restore it with that version, then upgrade.`,
    );
  return head;
}

/** Where decompressing or decrypting fails, the file is cut or changed. */
function explain(error: unknown): unknown {
  if (error instanceof BackupUnusable || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return new BackupUnusable(CUT, { cause: error });
  if (code.startsWith("Z_")) return new BackupUnusable(ALTERED, { cause: error });
  // age names neither: it stops at the first chunk that is not as it was made.
  return /invalid tag|chunk|stream|payload|header/i.test(error.message)
    ? new BackupUnusable(ALTERED, { cause: error })
    : error;
}
