/** The background jobs: which domain function each queue and each interval runs. */
import { renewDue, verifyDue } from "./connections/upkeep.ts";
import { removeExpiredPictures } from "./pages/public-pictures.ts";
import { removeExpired } from "./people/expired.ts";
import type { Runtime } from "./runtime.ts";
import { deliver } from "./sharing/deliver.ts";
import { requeueStranded } from "./sharing/lease.ts";
import { DELIVERIES, deliveryJob, prepareQueue } from "./sharing/queue.ts";

/** Deliveries that one process works on at a time: they mostly wait for networks. */
const CONCURRENCY = 12;

/** What runs again and again, and how often. */
const intervals = [
  { everyMs: 5_000, what: "the sweep for stranded shares", run: requeueStranded },
  { everyMs: 60_000, what: "the renewal of tokens", run: renewDue },
  { everyMs: 60_000, what: "the verification of connections", run: verifyDue },
  { everyMs: 3_600_000, what: "the removal of expired sessions and links", run: removeExpired },
  {
    everyMs: 3_600_000,
    what: "the removal of pictures that networks have fetched",
    run: removeExpiredPictures,
  },
] as const;

/** Starts this process's worker. @returns stops the intervals; the queue itself is stopped with the runtime */
export async function startJobs(runtime: Runtime): Promise<() => void> {
  await prepareQueue(runtime.queue);
  for (let slot = 0; slot < CONCURRENCY; slot += 1) await startWorker(runtime);
  const timers = intervals.map(({ everyMs, what, run }) => {
    const start = () => {
      run(runtime).catch((error: unknown) => runtime.log.error({ err: error }, `${what} failed`));
    };
    start();
    return setInterval(start, everyMs);
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

async function startWorker(runtime: Runtime): Promise<void> {
  let worker = "";
  const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 };
  worker = await runtime.queue.work(DELIVERIES, options, async ([job]) => {
    try {
      if (job !== undefined) await deliver(runtime, deliveryJob.parse(job.data).shareId);
    } finally {
      // Where one was, more may wait: look at once rather than at the next poll.
      runtime.queue.notifyWorker(worker);
    }
  });
}
