/**
 * Takes deliveries from one network's queue and works on several at a time. Each network has its own slots, and one account or one
 * server gets only some of them, so that a slow one holds up nobody else.
 */
import type { Job } from "pg-boss";
import type { PlatformName } from "../../platforms/platform.ts";
import { continueDeletion } from "../deletion/deletion.ts";
import { deliver } from "../delivery/deliver.ts";
import type { SharingRuntime } from "../runtime.ts";
import { isForOthers } from "./leave-to-others.ts";
import { deliveryJob, FORMER, queueOf } from "./queue.ts";

/** How many deliveries to one network a process works on at a time. They mostly wait for the network. */
const SLOTS = 24;
/** How many of these may go to one account, or to one server of a network that has several. */
const SLOTS_EACH = 6;

/** How often the dispatcher polls for jobs of which no notification told it. */
const POLL_MS = 60_000;

export interface Dispatcher {
  /** Fetches jobs now, because the queue has new ones. */
  wake(): void;
  /** Takes no more jobs. Resolves when the running ones have ended. */
  stop(): Promise<void>;
}

/** Starts to work on the queue of a network. */
export function startDispatcher(runtime: SharingRuntime, platform: PlatformName | typeof FORMER): Dispatcher {
  const queue = queueOf(platform);
  const running = new Map<Job, Promise<void>>();
  /** Jobs that were fetched while their lane was full, which start when it has room, or as the dispatcher stopped. */
  let held: Job[] = [];
  let over: string[] = [];
  let isStopping = false;
  let isAwake = true;
  let wakeUp = () => {};

  const wake = () => {
    isAwake = true;
    wakeUp();
  };
  const laneOf = (job: Job) => job.groupId ?? job.id;
  const fullLanes = () => {
    const counts = new Map<string, number>();
    for (const job of running.keys()) counts.set(laneOf(job), (counts.get(laneOf(job)) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= SLOTS_EACH).map(([lane]) => lane);
  };

  async function run(job: Job): Promise<void> {
    try {
      const { shareId, deletes } = deliveryJob.parse(job.data);
      await (deletes ? continueDeletion(runtime, shareId) : deliver(runtime, shareId));
      over.push(job.id);
    } catch (error) {
      runtime.log.error({ err: error, queue }, "a delivery could not be worked on");
      // If this fails too, the job expires and comes back.
      await runtime.queue.fail(queue, job.id).catch(() => {});
    } finally {
      running.delete(job);
      wake();
    }
  }

  function start(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (!isStopping && running.size < SLOTS && !fullLanes().includes(laneOf(job)))
        running.set(job, run(job));
      else held.push(job);
    }
  }

  /** Reports the jobs that are done and starts new ones. Returns whether there may be more. */
  async function work(): Promise<boolean> {
    if (over.length > 0) {
      const ids = over;
      over = [];
      await runtime.queue.complete(queue, ids);
    }
    if (isStopping) return false;
    const waiting = held;
    held = [];
    start(waiting);
    const free = SLOTS - running.size;
    if (free <= 0) return false;
    if (platform !== FORMER && (await isForOthers(runtime, platform))) return false;
    const jobs = await runtime.queue.fetch<object>(queue, { batchSize: free, ignoreGroups: fullLanes() });
    start(jobs);
    return jobs.length === free;
  }

  async function sleep(): Promise<void> {
    if (isAwake) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, POLL_MS);
      wakeUp = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  async function loop(): Promise<void> {
    for (;;) {
      isAwake = false;
      try {
        if (await work()) isAwake = true;
      } catch (error) {
        runtime.log.error({ err: error, queue }, "the queue could not be asked");
      }
      if (isStopping && running.size === 0 && over.length === 0) break;
      await sleep();
    }
    const ids = held.map(({ id }) => id);
    if (ids.length > 0) await runtime.queue.fail(queue, ids).catch(() => {});
  }

  const ended = loop();
  return {
    wake,
    stop: () => {
      isStopping = true;
      wake();
      return ended;
    },
  };
}
