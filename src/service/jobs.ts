/** The background jobs: which domain function each queue and each interval runs. */

import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { removeUnusedApps } from "../connections/app-store.ts";
import { removeOldFailures } from "../connections/connect-failures.ts";
import { endLooseGrantsAt, whenGrantDue } from "../connections/grants/end-grants.ts";
import { endFormerGrants } from "../connections/grants/former-grants.ts";
import { removeOldDepartures } from "../connections/grants/leave.ts";
import { reviveReadable } from "../connections/keys/unreadable.ts";
import { renewDue, verifyDue } from "../connections/upkeep.ts";
import { removeOldCounts } from "../limits/limits.ts";
import { removeOldEvents } from "../operation/audit/audit-removal.ts";
import { sealEvents, whenUnsealed } from "../operation/audit/audit-seal.ts";
import { backUpDaily } from "../operation/backup/daily-backup.ts";
import { removeOldCalls } from "../operation/metrics/platform-calls.ts";
import { removeOldPreviews } from "../pages/pictures/preview.ts";
import { removeExpiredPictures } from "../pages/pictures/public-pictures.ts";
import { removeOldPages } from "../pages/reader.ts";
import { removeExpired } from "../people/expired.ts";
import { removeOldLetters, whenLetterDue } from "../people/mail/outbox.ts";
import { sendLetters } from "../people/mail/send-letters.ts";
import { moveFormerSecrets } from "../people/second-factor/second-factor-secrets.ts";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { startDispatcher } from "../sharing/claims/dispatch.ts";
import { handBack } from "../sharing/claims/lease.ts";
import { FORMER, listenForDeliveries, lookAfterQueue } from "../sharing/claims/queue.ts";
import {
  compareClock,
  wakeDue,
  wakeStranded,
  whenDue,
  whenGiven,
  whenJobLost,
  whenStranded,
} from "../sharing/claims/wake.ts";
import { mendAfterJump } from "../sharing/claims/wrong-times.ts";
import { wakeDeletions, whenDeletionDue } from "../sharing/deletion/wake.ts";
import { removeExpiredBudgets } from "../sharing/delivery/budgets.ts";
import { releaseWaiting, whenReleasable } from "../sharing/delivery/release-waiting.ts";
import { watchDatabase } from "../sharing/delivery/restored.ts";
import { sendNotices, whenNotice } from "../sharing/record/notices.ts";
import { removeOldShares, removeOldTries } from "../sharing/record/retention.ts";
import type { Runtime } from "./runtime.ts";

interface Job {
  /** How often it runs; where it says when it is due, how soon it runs again for what it left. */
  readonly everyMs: number;
  readonly what: string;
  readonly run: (runtime: Runtime) => Promise<unknown>;
  /** The moment from which on there is something to do for it, or null: then it runs at that moment, and only then. */
  readonly due?: (runtime: Runtime) => SQL;
}

const heartbeat: Job = { everyMs: 20_000, what: "the heartbeat", run: watchDatabase };

/** What runs again and again, and how often or when. */
export const intervals: readonly Job[] = [
  {
    everyMs: 1_000,
    what: "the waking of shares whose time has come",
    run: wakeDue,
    due: () => whenDue,
  },
  { everyMs: 1_000, what: "the waking of deletions", run: wakeDeletions, due: () => whenDeletionDue },
  { everyMs: 1_000, what: "the chaining of the audit log", run: sealEvents, due: () => whenUnsealed },
  { everyMs: 5_000, what: "the sweep for stranded shares", run: wakeStranded, due: () => whenStranded },
  {
    everyMs: 5_000,
    what: "the release of what waited for reconnecting",
    run: releaseWaiting,
    due: () => whenReleasable,
  },
  { everyMs: 30_000, what: "the writing of notices", run: sendNotices, due: whenNotice },
  { everyMs: 10_000, what: "the sending of letters", run: sendLetters, due: () => whenLetterDue },
  heartbeat,
  { everyMs: 600_000, what: "the comparison of the clock with the networks’", run: compareClock },
  { everyMs: 60_000, what: "the mending of times that a wrong clock wrote", run: mendAfterJump },
  { everyMs: 600_000, what: "the daily backup", run: backUpDaily },
  // Each network by itself: a slow one holds up no other.
  ...platformNames.map((name) => ({
    everyMs: 5_000,
    what: `the ending of grants at ${name}`,
    run: (runtime: Runtime) => endLooseGrantsAt(runtime, name),
    due: (runtime: Runtime) => whenGrantDue(runtime, name),
  })),
  {
    everyMs: 3_600_000,
    what: "the end of grants at networks that are no longer supported",
    run: endFormerGrants,
  },
  // A job that its worker took with it comes again.
  { everyMs: 10_000, what: "the return of lost jobs", run: lookAfterQueue, due: () => whenJobLost },
  { everyMs: 60_000, what: "the upkeep of the queue", run: lookAfterQueue },
  { everyMs: 3_600_000, what: "the removal of old departures", run: removeOldDepartures },
  { everyMs: 3_600_000, what: "the removal of apps that nobody needs", run: removeUnusedApps },
  { everyMs: 60_000, what: "the renewal of tokens", run: renewDue },
  { everyMs: 60_000, what: "the verification of connections", run: verifyDue },
  // At the start above all: another key comes with one.
  { everyMs: 86_400_000, what: "the return of connections whose key is back", run: reviveReadable },
  { everyMs: 86_400_000, what: "the move of app secrets under the vault’s key", run: moveFormerSecrets },
  { everyMs: 3_600_000, what: "the removal of expired sessions and links", run: removeExpired },
  { everyMs: 60_000, what: "the removal of tries that count no longer", run: removeOldCounts },
  { everyMs: 3_600_000, what: "the removal of budgets that are over", run: removeExpiredBudgets },
  {
    everyMs: 3_600_000,
    what: "the removal of pictures that networks have fetched",
    run: removeExpiredPictures,
  },
  { everyMs: 3_600_000, what: "the removal of what pages said long ago", run: removeOldPages },
  { everyMs: 60_000, what: "the removal of old shares", run: removeOldShares },
  { everyMs: 60_000, what: "the removal of old tries", run: removeOldTries },
  { everyMs: 60_000, what: "the removal of old events", run: removeOldEvents },
  { everyMs: 3_600_000, what: "the removal of old letters", run: removeOldLetters },
  { everyMs: 3_600_000, what: "the removal of old counts of calls", run: removeOldCalls },
  { everyMs: 3_600_000, what: "the removal of old failures to connect", run: removeOldFailures },
  { everyMs: 3_600_000, what: "the removal of previews that nobody looked at", run: removeOldPreviews },
];

/** What is due later than that is planned by a later pulse; longer than any rest between two. */
const LONGEST_PULSE_MS = 60_000;

/** How long deliveries under way may take when the worker stops, in milliseconds. */
const GRACE_MS = 12_000;

/**
 * Starts this process's worker.
 * @returns stops it: what is under way gets some seconds to end, what is left then goes back to other workers
 */
export async function startJobs(runtime: Runtime): Promise<() => Promise<void>> {
  const dispatchers = new Map(
    ([...platformNames, FORMER] as const).map(
      (platform) => [platform, startDispatcher(runtime, platform)] as const,
    ),
  );
  const wake = (platform: PlatformName | undefined) => {
    if (platform !== undefined) dispatchers.get(platform)?.wake();
    else for (const dispatcher of dispatchers.values()) dispatcher.wake();
  };
  const listener = await listenForDeliveries(runtime, wake);
  // Of what nobody was told; each time that it is looked for.
  const untold = {
    everyMs: 0,
    what: "the taking up of what waits",
    run: async () => wake(undefined),
    due: () => whenGiven,
  };
  const stops = [...intervals, untold].map((job) =>
    job.due === undefined ? repeat(runtime, job) : runWhenDue(runtime, job, job.due(runtime)),
  );
  runtime.pulse.noLaterThan(runtime.now());
  return async () => {
    // Before the database closes: a round that is under way would fail for want of it.
    const rounds = stops.map((stop) => stop());
    await listener.close();
    await inTime([...rounds, ...[...dispatchers.values()].map((dispatcher) => dispatcher.stop())]);
    await handBack(runtime).catch((error: unknown) =>
      runtime.log.warn({ err: error }, "shares could not be handed back: they are taken over within seconds"),
    );
  };
}

/**
 * Starts what a process without a worker does as well: while its pages run, the database has not been silent.
 * @returns stops it
 */
export function startHeartbeat(runtime: Runtime): () => Promise<void> {
  return repeat(runtime, heartbeat);
}

/** Starts no further round, and resolves once the one under way is over. */
type Stop = () => Promise<void>;

function repeat(runtime: Runtime, job: Job): Stop {
  const rounds = oneAtATime(runtime, job);
  rounds.start();
  const timer = setInterval(rounds.start, job.everyMs);
  return async () => {
    clearInterval(timer);
    await rounds.settled();
  };
}

const momentShape = z.union([z.null(), z.coerce.number()]);

/** @param due as a job has it: asked with each pulse, and waited for from the last one before it on */
function runWhenDue(runtime: Runtime, job: Job, due: SQL): Stop {
  const rounds = oneAtATime(runtime, job);
  let timer: NodeJS.Timeout | undefined;
  let last = { due: Number.NaN, at: -Infinity };
  const plan = (moment: number | null) => {
    clearTimeout(timer);
    if (moment === null) return;
    const now = performance.now();
    // What a round left, such as what somebody holds, is still due.
    const pause = moment === last.due ? last.at + job.everyMs - now : 0;
    const wait = Math.max(Math.ceil(moment) - runtime.now().getTime(), pause);
    if (wait > LONGEST_PULSE_MS) return;
    timer = setTimeout(
      () => {
        last = { due: moment, at: performance.now() };
        rounds.start();
        // Our moments have no parts of a millisecond, and its timers may be one early.
      },
      Math.max(0, wait) + (wait > 0 ? 1 : 0),
    );
  };
  const end = runtime.pulse.add({
    value: sql`extract(epoch from (${due})) * 1000`,
    ask: () => (answer) => plan(momentShape.parse(answer)),
  });
  return async () => {
    end();
    clearTimeout(timer);
    await rounds.settled();
  };
}

/** Never twice at a time: a round that takes long makes the next ones wait. */
function oneAtATime(
  runtime: Runtime,
  { what, run }: Job,
): { readonly start: () => void; readonly settled: () => Promise<void> } {
  let round: Promise<void> | undefined;
  const work = async () => {
    try {
      await run(runtime);
    } catch (error) {
      runtime.log.error({ err: error }, `${what} failed`);
    } finally {
      round = undefined;
    }
  };
  return {
    start: () => {
      round ??= work();
    },
    settled: async () => await round,
  };
}

async function inTime(works: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, GRACE_MS);
  });
  await Promise.race([Promise.all(works), late]);
  clearTimeout(timer);
}
