/** Makes a daily backup, in one of all processes, and removes the oldest ones. */
import { mkdirSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { and, desc, eq, gt, isNotNull, isNull, min } from "drizzle-orm";
import { thisMachine } from "../../database/clock.ts";
import { takeLock } from "../../database/locks.ts";
import type { Database } from "../../database/open.ts";
import { backups } from "../../database/schema.ts";
import { type BackupPlace, writeBackup } from "./backup.ts";

interface BackupSettings {
  readonly folder: string;
  /** How many backups to keep. */
  readonly keep: number;
  /** The age key to encrypt for. */
  readonly recipient: string | undefined;
  readonly toBucket: boolean;
}

interface DailyRuntime extends BackupPlace {
  readonly database: Database;
  readonly config: { readonly backups: BackupSettings | undefined };
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
  now(): Date;
}

const HOUR_MS = 3_600_000;
/** A little less than a day, so that the time of day stays the same. */
const EVERY_MS = 24 * HOUR_MS - 900_000;
/** The delay after a failed or cancelled backup. */
const AGAIN_MS = HOUR_MS;
const LONGEST_MS = 6 * HOUR_MS;

/** Makes the daily backup if backups are on and the last one is about a day old. */
export async function backUpDaily(runtime: DailyRuntime): Promise<void> {
  const settings = runtime.config.backups;
  const mine = settings && (await claim(runtime));
  if (mine === undefined || settings === undefined) return;
  const { database, log, now } = runtime;
  try {
    mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
    const name = nameOf(mine.startedAt, settings);
    const path = join(settings.folder, name);
    const recipients = settings.recipient === undefined ? [] : [settings.recipient];
    const { rows, bytes } = await writeBackup(runtime, path, { recipients });
    await database.update(backups).set({ name, bytes, endedAt: now() }).where(eq(backups.id, mine.id));
    if (settings.toBucket) {
      await runtime.pictures.putFile?.(toKey(name), path);
      await database.update(backups).set({ isInBucket: true }).where(eq(backups.id, mine.id));
    }
    await removeOldest(runtime, settings);
    log.info({ name, rows, bytes }, "a backup was made");
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    await database
      .update(backups)
      .set({ problem: problem.slice(0, 500), endedAt: now() })
      .where(eq(backups.id, mine.id));
    log.error({ err: error }, "the daily backup failed: it is tried again in an hour");
  }
}

/** Claims today's backup: the process that records its start makes it. */
async function claim({ database, now }: DailyRuntime) {
  return await database.transaction(async (transaction) => {
    await takeLock(transaction, "backups");
    const [last] = await transaction.select().from(backups).orderBy(desc(backups.startedAt)).limit(1);
    const waitMs =
      last === undefined
        ? 0
        : last.problem !== null
          ? AGAIN_MS
          : last.endedAt === null
            ? LONGEST_MS
            : EVERY_MS;
    if (last !== undefined && now().getTime() - last.startedAt.getTime() < waitMs) return undefined;
    const [row] = await transaction.insert(backups).values({ name: "", startedAt: now() }).returning();
    return row;
  });
}

/** "sharewell-2026-11-30T120000Z.backup" */
function nameOf(at: Date, { recipient }: BackupSettings): string {
  const time = at.toISOString().replace(/\.\d+/, "").replaceAll(":", "");
  return `sharewell-${time}.backup${recipient === undefined ? "" : ".age"}`;
}

const NAMES = /^sharewell-\d{4}-\d\d-\d\dT\d{6}Z\.backup(?:\.age)?$/;
/** Partial files of cancelled backups. */
const DRAFTS = /^sharewell-\d{4}-\d\d-\d\dT\d{6}Z\.backup(?:\.age)?\.[0-9a-f]{8}\.part$/;

const toKey = (name: string) => `backups/${name}`;

async function removeOldest({ database, pictures }: DailyRuntime, { folder, keep }: BackupSettings) {
  const names = await readdir(folder);
  const tooMany = names
    .filter((name) => NAMES.test(name))
    .toSorted()
    .slice(0, -keep);
  for (const name of names.filter((each) => DRAFTS.test(each))) {
    const { mtimeMs } = await stat(join(folder, name));
    if (thisMachine.clock() - mtimeMs > LONGEST_MS) tooMany.push(name);
  }
  for (const name of tooMany) await rm(join(folder, name), { force: true });
  const old = await database
    .select()
    .from(backups)
    .where(isNull(backups.problem))
    .orderBy(desc(backups.startedAt))
    .offset(keep);
  await pictures.remove(old.filter(({ isInBucket }) => isInBucket).map(({ name }) => toKey(name)));
  for (const { id } of old) await database.delete(backups).where(eq(backups.id, id));
}

export interface LastBackup {
  /** When the newest complete backup was made. */
  readonly madeAt: Date | undefined;
  readonly bytes: number | undefined;
  /** Why the last attempt failed; undefined if it succeeded or is running. */
  readonly problem: string | undefined;
  /** When the first of the failed attempts since then happened. */
  readonly failingSince: Date | undefined;
}

/** What the State page and monitoring say about backups. */
export async function lastBackup({ database }: { readonly database: Database }): Promise<LastBackup> {
  const [good] = await database
    .select()
    .from(backups)
    .where(and(isNull(backups.problem), isNotNull(backups.endedAt)))
    .orderBy(desc(backups.startedAt))
    .limit(1);
  const [last] = await database.select().from(backups).orderBy(desc(backups.startedAt)).limit(1);
  const isAfter = good && gt(backups.startedAt, good.startedAt);
  const [first] = await database
    .select({ at: min(backups.startedAt) })
    .from(backups)
    .where(and(isNotNull(backups.problem), isAfter));
  return {
    madeAt: good?.startedAt,
    bytes: good?.bytes ?? undefined,
    problem: last?.problem ?? undefined,
    failingSince: first?.at ?? undefined,
  };
}
