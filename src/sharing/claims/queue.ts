/** The queues of deliveries, one for each network. A job only says "look at this share": the row says what to do. */
import { isDeepStrictEqual } from "node:util";
import { eq, sql } from "drizzle-orm";
import { fromDrizzle, type PgBoss } from "pg-boss";
import { z } from "zod";
import { type Connection, toConnection } from "../../connections/connection.ts";
import { canNotify } from "../../database/backend.ts";
import { isOneOf } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialConnections, socialShares } from "../../database/schema.ts";
import { isSupported, type PlatformName, platformNames } from "../../platforms/platform.ts";
import type { SharingRuntime } from "../runtime.ts";
import { takeTurns } from "./turns.ts";

/** What the functions here need to insert jobs. */
export type QueueRuntime = Pick<SharingRuntime, "queue" | "platforms"> & {
  readonly config: Pick<SharingRuntime["config"], "databaseBackend">;
};

/** A job asks to deliver a share, or to delete its post. */
export const deliveryJob = z.object({ shareId: z.uuid(), deletes: z.boolean().default(false) });

/** Jobs of all networks that this version does not know share one queue; they end what waits for those networks. */
export const FORMER = "former";

/** Returns the name of a network's queue. Each network has one, so that a slow network holds up no other. */
export function queueOf(platform: PlatformName | typeof FORMER): string {
  return `deliver-${isSupported(platform) ? platform : FORMER}`;
}

/** After this time, the job of a worker that died comes back. If a worker still has the share, the second job does nothing. */
export const EXPIRE_SECONDS = 30;

const options = {
  retryLimit: 10,
  retryDelay: 1,
  expireInSeconds: EXPIRE_SECONDS,
  // The row holds the outcome, so a finished job is of no more use.
  deleteAfterSeconds: 60,
};

/** Creates the queues that are missing, and updates those whose settings are not those of the running version. */
export async function prepareQueues(queue: PgBoss): Promise<void> {
  const names = ([...platformNames, FORMER] as const).map(queueOf);
  const known = new Map((await queue.getQueues(names)).map((found) => [found.name, found]));
  // One at a time, so that all of it is done on one connection.
  for (const name of names) {
    const found = known.get(name);
    if (found === undefined) await queue.createQueue(name, options);
    else if (!isDeepStrictEqual({ ...found, ...options }, found)) await queue.updateQueue(name, options);
  }
}

/** Brings back the jobs of workers that died, and removes finished jobs. */
export async function lookAfterQueue({ queue }: Pick<SharingRuntime, "queue">): Promise<void> {
  await queue.supervise();
}

/** A share to deliver, with its person and its connection. */
export interface DueShare {
  readonly id: string;
  readonly userId: string;
  readonly connection: Connection;
}

/** Inserts a job for each share, in the given transaction. */
export async function enqueueDeliveries(
  runtime: QueueRuntime,
  transaction: Queryable,
  shareIds: readonly string[],
): Promise<void> {
  if (shareIds.length === 0) return;
  const rows = await transaction
    .select({ id: socialShares.id, userId: socialShares.userId, connection: socialConnections })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(isOneOf(socialShares.id, shareIds));
  const shares = rows.map(({ connection, ...share }) => ({ ...share, connection: toConnection(connection) }));
  await enqueueShares(runtime, transaction, shares);
}

/** Inserts a job for each share that the caller has just read or written, in the given transaction. */
export async function enqueueShares(
  runtime: QueueRuntime,
  transaction: Queryable,
  shares: readonly DueShare[],
): Promise<void> {
  const turns = await takeTurns(
    transaction,
    shares.map(({ userId }) => userId),
  );
  const jobs = shares.map(({ id, userId, connection }) => {
    const data = { shareId: id };
    const priority = -turns(userId);
    return { platform: connection.platform, data, priority, group: laneOf(runtime, connection) };
  });
  await insertJobs(runtime, transaction, jobs);
}

/** Inserts a job for each deletion, in the given transaction. Its person is waiting, so it comes before deliveries. */
export async function enqueueDeletions(
  runtime: QueueRuntime,
  transaction: Queryable,
  shareIds: readonly string[],
): Promise<void> {
  if (shareIds.length === 0) return;
  const rows = await transaction
    .select({ id: socialShares.id, connection: socialConnections })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(isOneOf(socialShares.id, shareIds));
  const jobs = rows.map((row) => {
    const connection = toConnection(row.connection);
    const data = { shareId: row.id, deletes: true };
    return { platform: connection.platform, data, priority: 1, group: laneOf(runtime, connection) };
  });
  await insertJobs(runtime, transaction, jobs);
}

/** Returns the group of a job, by which one account or one server never takes all slots of its network. */
function laneOf(
  runtime: Pick<QueueRuntime, "platforms">,
  { id, platform: name, account }: Connection,
): { id: string } {
  const platform = runtime.platforms.availablePlatforms().find((usable) => usable.name === name);
  return { id: platform?.serverOf(account) ?? id };
}

interface NewJob {
  readonly platform: PlatformName;
  readonly data: object;
  readonly priority: number;
  readonly group: { readonly id: string };
}

async function insertJobs(
  runtime: QueueRuntime,
  transaction: Queryable,
  jobs: readonly NewJob[],
): Promise<void> {
  const platforms = [...new Set(jobs.map((job) => job.platform))];
  for (const platform of platforms) {
    const theirs = jobs.filter((job) => job.platform === platform);
    await runtime.queue.insert(
      queueOf(platform),
      theirs.map(({ data, priority, group }) => ({ data, priority, group })),
      { db: fromDrizzle(transaction, sql) },
    );
  }
  if (canNotify(runtime.config.databaseBackend))
    await transaction.execute(sql`select pg_notify(${CHANNEL}, ${platforms.join(",")})`);
}

/** The channel of notifications. Each holds the names of the networks with new jobs, separated by commas. */
export const CHANNEL = "sharewell_deliveries";
