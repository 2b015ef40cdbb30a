/**
 * Takes deliveries off one network's queue and works on several at a time. What is slow holds up only itself: each
 * network has slots of its own, and one account, or one server of many, gets only some of them.
 */
import type { Job } from "pg-boss";
import type { PlatformName } from "../../platforms/platform.ts";
import { continueDeletion } from "../deletion/deletion.ts";
import { deliver } from "../delivery/deliver.ts";
import type { SharingRuntime } from "../runtime.ts";
import { isForOthers } from "./leave-to-others.ts";
import { deliveryJob, FORMER, queueOf } from "./queue.ts";

/** Deliveries to one network that one process works on at a time: they mostly wait for it. */
const SLOTS = 24;
/** How many of them may be for one account, or for one server of many. */
const SLOTS_EACH = 6;

/** How often it looks by itself: for jobs that no share tells of. Whatever waits wakes it before. */
const POLL_MS = 60_000;

export interface Dispatcher {
  /** There is something new in the queue. */
  wake(): void;
  /** Takes nothing more. Resolves when all that is under way is over. */
  stop(): Promise<void>;
}

export function startDispatcher(runtime: SharingRuntime, platform: PlatformName | typeof FORMER): Dispatcher {
  const queue = queueOf(platform);
  const running = new Map<Job, Promise<void>>();
  /** Taken while their lane was full; they start as it empties. */
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
      // It comes again by itself when this fails too: the job runs out.
      await runtime.queue.fail(queue, job.id).catch(() => {});
    } finally {
      running.delete(job);
      wake();
    }
  }

  function start(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (running.size < SLOTS && !fullLanes().includes(laneOf(job))) running.set(job, run(job));
      else held.push(job);
    }
  }

  /** One round: reports what is over, starts what it can. Returns whether there may be more. */
  async function work(): Promise<boolean> {
    if (over.length > 0) {
      const ids = over;
      over = [];
      await runtime.queue.complete(queue, ids);
    }
    const waiting = held;
    held = [];
    start(waiting);
    const free = SLOTS - running.size;
    if (free <= 0 || isStopping) return false;
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
    while (!isStopping || running.size > 0 || over.length > 0) {
      isAwake = false;
      try {
        if (await work()) isAwake = true;
      } catch (error) {
        if (isStopping && running.size === 0) break;
        runtime.log.error({ err: error, queue }, "the queue could not be asked");
      }
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
