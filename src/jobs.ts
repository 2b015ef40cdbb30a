/** The background jobs: which domain function each queue and each interval runs. */
import type { Runtime } from "./runtime.ts";
import { deliver } from "./sharing/deliver.ts";
import { requeueStranded } from "./sharing/lease.ts";
import { DELIVERIES, deliveryJob, prepareQueue } from "./sharing/queue.ts";

/** Deliveries that one process works on at a time: they mostly wait for networks. */
const CONCURRENCY = 8;
const SWEEP_EVERY_MS = 5_000;

/** Starts this process's worker. @returns stops the sweep; the queue itself is stopped with the runtime */
export async function startJobs(runtime: Runtime): Promise<() => void> {
  await prepareQueue(runtime.queue);
  await runtime.queue.work(
    DELIVERIES,
    { localConcurrency: CONCURRENCY, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 },
    async ([job]) => {
      if (job !== undefined) await deliver(runtime, deliveryJob.parse(job.data).shareId);
    },
  );
  const sweep = () => {
    requeueStranded(runtime).catch((error: unknown) =>
      runtime.log.error({ err: error }, "the sweep for stranded shares failed"),
    );
  };
  sweep();
  const sweeping = setInterval(sweep, SWEEP_EVERY_MS);
  return () => clearInterval(sweeping);
}
