/** The job queue: pg-boss in the same database, with a few connections of its own. */

import type pg from "pg";
import { type DatabaseOptions, PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Backend } from "./backend.ts";
import { toPoolSettings } from "./connection/pool-settings.ts";

/** What it takes in each process beside the service's own pool. */
export const QUEUE_POOL = 6;

interface QueueParts {
  readonly backend: Backend;
  readonly log: Logger;
}

/** @param connection a PostgreSQL URL or the embedded server's settings */
export function createQueue(connection: string | pg.ClientConfig, { backend, log }: QueueParts): PgBoss {
  // It makes its pool, and the connection that listens, of all that it is handed.
  const queue = new PgBoss({
    ...(toPoolSettings(connection) as DatabaseOptions),
    backend,
    max: QUEUE_POOL,
    application_name: "sharewell-queue",
    // Workers do it by `lookAfterQueue`, when there is reason to.
    supervise: false,
    monitorIntervalSeconds: 10,
    // Queues change when a process starts, and the library's own tables when one of a new version does.
    queueCacheIntervalSeconds: 600,
    bamIntervalSeconds: 600,
    schedule: false,
  });
  queue.on("error", (error) => log.error({ err: error }, "queue"));
  queue.on("warning", (warning) => log.warn({ warning }, "queue"));
  return queue;
}
