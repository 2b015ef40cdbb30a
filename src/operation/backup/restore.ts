/** Restores a backup into an empty database: completely or not at all, after comparing every row with the backup. */
import type pg from "pg";
import { hashTable, speakPlainly, writeTable } from "../../database/copy/copying.ts";
import { clearDraft, findState, markDraft, migrateUpTo, unmarkDraft } from "../../database/copy/draft.ts";
import { migrateDatabase } from "../../database/migrate.ts";
import type { OpenDatabase } from "../../database/open.ts";
import type { Progress } from "./backup-content.ts";
import type { Key } from "./backup-stream.ts";
import { type Restored, readBackup, skipping } from "./read-backup.ts";

/** The database is in use. The message says what to do. */
class PlaceInUse extends Error {
  override name = "PlaceInUse";
}

/** The disk has no room for the backup. The message says what to do. */
class PlaceFull extends Error {
  override name = "PlaceFull";
}

/**
 * Restores a backup after reading it once in full, so that a bad file changes nothing.
 * @throws {PlaceInUse} if the database holds anything except an unfinished restore
 * @throws {BackupUnusable} if the file is cut, changed, encrypted for another key, foreign or from a newer version
 * @throws {PlaceFull} if the disk is full
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
        "This database is not empty. Restore into an empty one, and keep this one until you have checked the restored one.",
      );
    // A first pass without writing finds everything that is wrong with the file.
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
      // If even that fails, the mark stays and the next restore starts over.
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
  "The database's disk is full, so nothing was restored. Make room and run `sharewell restore` again; it starts over.";

/** Looks for PostgreSQL's code of a full disk in the error and its causes. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "53100") || isFull(error.cause);
}

/** Fills the tables in one transaction, which also removes the mark. */
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
