/**
 * Which processes of the service run, with which networks and keys. While a change of settings goes from one to the next,
 * whoever lacks a network or a key leaves the work to those that have it.
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

/** How often each process says that it runs. */
const EVERY_MS = 30_000;

/** Whoever said nothing for so long is gone, and nobody waits for it: a restart takes less. By the database's clock. */
const isRunning = gt(processes.seenAt, sql`now() - interval '10 minutes'`);

/** By their database: each process opens its own. */
const own = new WeakMap<Database, string>();

/**
 * Says so at once and from then on.
 * @param onOutcome told of each time but the first: undefined when it was written, else why not
 * @returns stops it
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

/** Another process that has this network set up: one that delivers, or at least one that lets people connect. */
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

/** Whether another process has a key that this one lacks: what no key opens here may be sealed under it. */
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

/** The worker that said last that it runs, and whether that was lately; undefined: there was none within a day. */
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
