/** The queue of deliveries. A job only says "look at this share": what is to be done stands in its row. */
import { sql } from "drizzle-orm";
import { fromDrizzle, type PgBoss } from "pg-boss";
import { z } from "zod";
import type { Queryable } from "../database/open.ts";

export const DELIVERIES = "deliver";

export const deliveryJob = z.object({ shareId: z.uuid() });

/** Made anew at each start: settings of a queue follow the version that runs. */
export async function prepareQueue(queue: PgBoss): Promise<void> {
  const options = {
    // LISTEN/NOTIFY wakes the worker at commit; polling remains as its safety net.
    notify: true,
    // A worker that died is noticed by its missing heartbeat; the job then runs again, and the row says what was done.
    heartbeatSeconds: 10,
    retryLimit: 10,
    retryDelay: 1,
    expireInSeconds: 300,
    deleteAfterSeconds: 3_600,
  };
  await queue.createQueue(DELIVERIES, options);
  await queue.updateQueue(DELIVERIES, options);
}

/** Commits with the given transaction. @param at not before; absent: at once */
export async function enqueueDeliveries(
  queue: PgBoss,
  transaction: Queryable,
  shareIds: readonly string[],
  at?: Date,
): Promise<void> {
  const jobs = shareIds.map((shareId) => ({
    data: { shareId },
    ...(at === undefined ? {} : { startAfter: at }),
  }));
  await queue.insert(DELIVERIES, jobs, { db: fromDrizzle(transaction, sql) });
}
