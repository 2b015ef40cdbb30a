/** The queues of deliveries, one per network. A job only says "look at this share": what is to be done stands in its row. */
import { eq, inArray, sql } from "drizzle-orm";
import { fromDrizzle, type PgBoss } from "pg-boss";
import { z } from "zod";
import { type Connection, toConnection } from "../../connections/connection.ts";
import { canNotify } from "../../database/backend.ts";
import { isOneOf } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialConnections, socialShares, users } from "../../database/schema.ts";
import { isSupported, type PlatformName, platformNames } from "../../platforms/platform.ts";
import type { SharingRuntime } from "../runtime.ts";

/** Its share is to be delivered, or its post to be deleted. */
export const deliveryJob = z.object({ shareId: z.uuid(), deletes: z.boolean().default(false) });

/** All networks that this version does not know have one queue: its jobs end what waits for them. */
export const FORMER = "former";

/** A queue of its own for each network, so that a slow one holds up only itself. */
export function queueOf(platform: PlatformName | typeof FORMER): string {
  return `deliver-${isSupported(platform) ? platform : FORMER}`;
}

/** A job that a worker took with it comes again after that; one that is still worked on then does nothing. */
export const EXPIRE_SECONDS = 30;

const options = {
  retryLimit: 10,
  retryDelay: 1,
  expireInSeconds: EXPIRE_SECONDS,
  // What became of a share stands in its row: a job that is over tells nothing more.
  deleteAfterSeconds: 60,
};

/** Made anew at each start: settings of a queue follow the version that runs. */
export async function prepareQueues(queue: PgBoss): Promise<void> {
  await Promise.all(
    ([...platformNames, FORMER] as const).map(queueOf).map(async (name) => {
      await queue.createQueue(name, options);
      await queue.updateQueue(name, options);
    }),
  );
}

/** Brings back jobs whose worker vanished with them, and removes those that are over. */
export async function lookAfterQueue({ queue }: Pick<SharingRuntime, "queue">): Promise<void> {
  await queue.supervise();
}

/** What is to be delivered, whose it is, and where it goes. */
export interface DueShare {
  readonly id: string;
  readonly userId: string;
  readonly connection: Connection;
}

/** Commits with the given transaction. */
export async function enqueueDeliveries(
  runtime: SharingRuntime,
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

/** The same, of shares that were just read or written. */
export async function enqueueShares(
  runtime: SharingRuntime,
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

/** A person waits for it: it comes before what is to be delivered. Commits with the given transaction. */
export async function enqueueDeletions(
  runtime: SharingRuntime,
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

/** One account, or one server of many, never takes all workers of its network. */
function laneOf(runtime: SharingRuntime, { id, platform: name, account }: Connection): { id: string } {
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
  runtime: SharingRuntime,
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

/** What is told there: the networks that have something new, with commas between. */
const CHANNEL = "sharewell_deliveries";

/** LISTEN/NOTIFY wakes the workers at commit; the pulse remains as its safety net, and is all there is where it is missing. */
export async function listenForDeliveries(
  { queue, config, log }: SharingRuntime,
  wake: (platform: PlatformName | undefined) => void,
): Promise<{ close(): Promise<void> }> {
  const deaf = { close: async () => {} };
  if (!canNotify(config.databaseBackend)) return deaf;
  const onNews = (names: string) => {
    for (const name of names.split(",")) wake(platformNames.find((platform) => platform === name));
  };
  try {
    return (await queue.getDb().listen?.(CHANNEL, onNews, () => wake(undefined))) ?? deaf;
  } catch (error) {
    log.warn({ err: error }, "new shares are found by polling only, up to two seconds late");
    return deaf;
  }
}

/** Turns beyond this count as one: so far back, order matters no more. */
const LAST_TURN = 1_000;

/**
 * People take turns: the tenth share that somebody has waiting comes after the first ones of all others, however many
 * they asked for at once.
 * @returns the turn of a person's next share, counted from those that they have under way
 */
async function takeTurns(
  transaction: Queryable,
  userIds: readonly string[],
): Promise<(userId: string) => number> {
  const asking = Map.groupBy(userIds, (id) => id);
  // Those that now ask are under way already, and stand behind the others.
  const open = sql<number>`(select count(*)::integer from (
    select 1 from ${socialShares} s where s.user_id = "users"."id" and s.status in ('queued', 'sending')
    limit ${LAST_TURN + userIds.length}) as open)`;
  const counts = await transaction
    .select({ id: users.id, open })
    .from(users)
    .where(inArray(users.id, [...asking.keys()]));
  const next = new Map(
    counts.map((row) => [row.id, Math.max(0, row.open - (asking.get(row.id)?.length ?? 0))]),
  );
  return (userId) => {
    const turn = next.get(userId) ?? 0;
    next.set(userId, turn + 1);
    return Math.min(turn, LAST_TURN);
  };
}
