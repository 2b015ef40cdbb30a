/** The job queue: pg-boss in the same database, with a few separate connections. */
import type pg from "pg";
import { type DatabaseOptions, PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Backend } from "./backend.ts";
import { toPoolSettings } from "./connection/pool-settings.ts";

/** How many connections it opens in each process, in addition to the service's pool. */
export const QUEUE_POOL = 6;

interface QueueParts {
  readonly backend: Backend;
  readonly log: Logger;
}

/** Creates the queue without starting it. @param connection a PostgreSQL URL or the settings of the embedded server */
export function createQueue(connection: string | pg.ClientConfig, { backend, log }: QueueParts): PgBoss {
  // It passes all these settings on to its pool and to the connection that listens.
  const queue = new PgBoss({
    ...(toPoolSettings(connection) as DatabaseOptions),
    backend,
    max: QUEUE_POOL,
    application_name: "sharewell-queue",
    // Workers call `lookAfterQueue` instead, when there is a reason.
    supervise: false,
    monitorIntervalSeconds: 10,
    // Queues only change when a process starts, and the library's tables when a process of a new version does.
    queueCacheIntervalSeconds: 600,
    bamIntervalSeconds: 600,
    schedule: false,
  });
  queue.on("error", (error) => log.error({ err: error }, "queue"));
  queue.on("warning", (warning) => log.warn({ warning }, "queue"));
  return queue;
}
