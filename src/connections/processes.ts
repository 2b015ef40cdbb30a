/**
 * Records which processes of the service run, and with which networks and keys. While a change of settings is
 * rolled out, a process that lacks a network or a key leaves the work to those that have it.
 */
import { and, desc, eq, gt, like, lt, ne, sql } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { processes } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import type { PlatformRegistry } from "../platforms/registry.ts";
import type { Vault } from "../vault/keyring.ts";

export interface ProcessesRuntime {
  readonly database: Database;
  readonly vault: Pick<Vault, "keyNames">;
}

/** How often each process renews its row, in milliseconds. */
const EVERY_MS = 30_000;

/**
 * A process that has not renewed its row for ten minutes counts as gone; a restart takes less. Measured by the
 * database's clock, which all processes share.
 */
const isRunning = gt(processes.seenAt, sql`now() - interval '10 minutes'`);

/** Our own row, by the database handle: each process opens its own. */
const own = new WeakMap<Database, string>();

/**
 * Writes this process's row now and then every 30 seconds.
 * @param onOutcome called after every write but the first, with undefined or the error
 * @returns a function that stops it
 */
export async function announceProcess(
  { database, vault, platforms }: ProcessesRuntime & { readonly platforms: PlatformRegistry },
  isWorker: boolean,
  onOutcome: (error: unknown) => void,
): Promise<() => void> {
  const id = crypto.randomUUID();
  own.set(database, id);
  const values = {
    ...{ id, isWorker, keys: vault.keyNames().join(",") },
    platforms: `,${platforms
      .availablePlatforms()
      .map(({ name }) => name)
      .join(",")},`,
    seenAt: sql`now()`,
  };
  const say = async () => {
    await database.delete(processes).where(lt(processes.seenAt, sql`now() - interval '1 day'`));
    await database.insert(processes).values(values).onConflictDoUpdate({ target: processes.id, set: values });
  };
  await say();
  const timer = setInterval(() => void say().then(() => onOutcome(undefined), onOutcome), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Whether another process has this network set up: "worker" if one of them delivers, "web" if they only serve
 * pages.
 */
export async function findOtherWith(
  { database }: Pick<ProcessesRuntime, "database">,
  platform: PlatformName,
): Promise<"worker" | "web" | undefined> {
  const others = await database
    .select({ isWorker: processes.isWorker })
    .from(processes)
    .where(and(isRunning, isOther(database), like(processes.platforms, `%,${platform},%`)));
  if (others.some(({ isWorker }) => isWorker)) return "worker";
  return others.length > 0 ? "web" : undefined;
}

/** Whether another process has a key that this one lacks, so that it may be able to decrypt what we cannot. */
export async function mayOpenElsewhere({ database, vault }: ProcessesRuntime): Promise<boolean> {
  const others = await database
    .select({ keys: processes.keys })
    .from(processes)
    .where(and(isRunning, isOther(database)));
  const mine = new Set(vault.keyNames());
  return others.some(({ keys }) => keys.split(",").some((key) => !mine.has(key)));
}

function isOther(database: Database) {
  const id = own.get(database);
  return id === undefined ? undefined : ne(processes.id, id);
}

/**
 * The worker that renewed its row last, and whether it did so within 75 seconds; undefined if none did within a
 * day.
 */
export async function findLastWorker(
  database: Database,
): Promise<{ readonly seenAt: Date; readonly isAlive: boolean } | undefined> {
  const { seenAt, isWorker } = processes;
  const [last] = await database
    .select({ seenAt, isAlive: sql<boolean>`${seenAt} > now() - interval '75 seconds'` })
    .from(processes)
    .where(eq(isWorker, true))
    .orderBy(desc(seenAt))
    .limit(1);
  return last;
}
