/** Reads a backup file and compares every table and picture with its checksum. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { TableShape } from "../../database/copy/copying.ts";
import { listMigrations } from "../../database/copy/draft.ts";
import type { Backup } from "./backup.ts";
import { ALTERED, BackupReader, CUT } from "./backup-reader.ts";
import { BackupUnusable, type Head, headShape, type Key, lineShape, unsealing } from "./backup-stream.ts";

export interface Restored extends Omit<Backup, "bytes"> {
  readonly head: Head;
}

interface Taker {
  /** Takes a table. @returns what was written, or undefined if it was only read */
  table(
    table: TableShape,
    chunks: AsyncIterable<Buffer>,
  ): Promise<{ readonly rows: number; readonly sha256: string } | undefined>;
  picture(
    which: { readonly picture: string; readonly of: "public_pictures" | "page_previews" | "own_pictures" },
    bytes: Buffer,
  ): Promise<void>;
}

export const skipping: Taker = {
  async table(_table, chunks) {
    for await (const _ of chunks);
    return undefined;
  },
  picture: async () => {},
};

/** Reads every table and picture and compares each with its checksum in the backup. @throws {BackupUnusable} */
export async function readBackup(path: string, key: Key, taker: Taker): Promise<Restored> {
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

/** Reads one table. @returns its number of rows */
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
      `The table ${table.name} differs from the backup after writing, so nothing was restored. Check the database's log.`,
    );
  return line.rows;
}

function readHead(line: unknown): Head {
  const head = headShape.safeParse(line).data;
  if (head === undefined)
    throw new BackupUnusable("This file is not a Sharewell backup, or comes from a much newer version.");
  const known = listMigrations();
  if (head.migration > Math.max(...known))
    throw new BackupUnusable(
      `This backup was made by Sharewell ${head.version}, which is newer than this version. Install that version or a newer one.`,
    );
  if (!known.includes(head.migration))
    throw new BackupUnusable(
      `This backup was made by Sharewell ${head.version}, whose tables this version does not know. Restore it with that version, then upgrade.`,
    );
  return head;
}

/** Errors of decompression and decryption mean that the file is cut or changed. */
function explain(error: unknown): unknown {
  if (error instanceof BackupUnusable || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return new BackupUnusable(CUT, { cause: error });
  if (code.startsWith("Z_")) return new BackupUnusable(ALTERED, { cause: error });
  // age has no code for it: decryption stops at the first chunk that does not match.
  return /invalid tag|chunk|stream|payload|header/i.test(error.message)
    ? new BackupUnusable(ALTERED, { cause: error })
    : error;
}
