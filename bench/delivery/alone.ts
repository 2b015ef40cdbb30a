/** pg-boss alone, with empty jobs on the same database, for comparison. */
import { sql } from "drizzle-orm";
import { startProcess } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { endAll, expectAlive, type Place } from "./place.ts";
import { steadyRate } from "./rate.ts";

export const EMPTY_QUEUE = "bench-empty";

/** 24 workers with one job at a time, or one worker with 24 jobs at a time. */
export type Way = "one by one" | "in batches";

/** @returns jobs per second */
export async function measureAlone(
  { runtime: { queue, database }, databaseUrl }: Place,
  { jobs, workers, way }: { jobs: number; workers: number; way: Way },
): Promise<number> {
  await queue.createQueue(EMPTY_QUEUE);
  await queue.insert(
    EMPTY_QUEUE,
    Array.from({ length: jobs }, (_, index) => ({ data: { shareId: String(index) } })),
  );
  // Workers continue without a pause if this count says that there are more jobs.
  await database.execute(sql`update pgboss.queue set ready_count = ${jobs} where name = ${EMPTY_QUEUE}`);
  const processes = Array.from({ length: workers }, () =>
    startProcess([databaseUrl, way], {}, "dist/bench/delivery/empty-worker.js"),
  );
  const left = sql`select 1 from pgboss.job where name = ${EMPTY_QUEUE} and state < 'completed' limit 1`;
  await waitFor(
    "the empty jobs to be done",
    async () => {
      expectAlive(processes);
      return (await database.execute(left)).rows.length === 0 ? true : undefined;
    },
    600_000,
    200,
  );
  await endAll(processes);
  const ends = sql`select completed_on as at from pgboss.job where name = ${EMPTY_QUEUE}`;
  return await steadyRate(database, ends);
}
