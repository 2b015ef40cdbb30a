/** The background jobs: which domain function runs how often or when. */
import { endLooseGrantsAt, whenGrantDue } from "../connections/grants/end-due-grants.ts";
import { endFormerGrants } from "../connections/grants/former-grants.ts";
import { reviveReadable } from "../connections/keys/unreadable.ts";
import { renewDue, verifyDue } from "../connections/upkeep.ts";
import { sealEvents, whenUnsealed } from "../operation/audit/audit-seal.ts";
import { backUpDaily } from "../operation/backup/daily-backup.ts";
import { whenLetterDue } from "../people/mail/outbox.ts";
import { sendLetters } from "../people/mail/send-letters.ts";
import { moveFormerSecrets } from "../people/second-factor/second-factor-secrets.ts";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { startDispatcher } from "../sharing/claims/dispatch.ts";
import { handBack } from "../sharing/claims/lease.ts";
import { listenForDeliveries } from "../sharing/claims/listen.ts";
import { FORMER, lookAfterQueue } from "../sharing/claims/queue.ts";
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
import { releaseWaiting, whenReleasable } from "../sharing/delivery/release-waiting.ts";
import { watchDatabase } from "../sharing/delivery/restored.ts";
import { sendNotices, whenNotice } from "../sharing/record/notices.ts";
import { removals } from "./removals.ts";
import { inTime, type Job, repeat, repeatLater, runWhenDue } from "./repeat.ts";
import type { Runtime } from "./runtime.ts";

const heartbeat: Job = { everyMs: 20_000, what: "the heartbeat", run: watchDatabase };

/** The jobs that repeat, at an interval or when they are due, except the removals. */
export const intervals: readonly Job[] = [
  {
    everyMs: 1_000,
    what: "the waking of due shares",
    run: wakeDue,
    due: () => whenDue,
  },
  { everyMs: 1_000, what: "the waking of deletions", run: wakeDeletions, due: () => whenDeletionDue },
  { everyMs: 1_000, what: "the chaining of the audit log", run: sealEvents, due: () => whenUnsealed },
  { everyMs: 5_000, what: "the sweep for stranded shares", run: wakeStranded, due: () => whenStranded },
  {
    everyMs: 5_000,
    what: "the release of shares that waited for reconnecting",
    run: releaseWaiting,
    due: () => whenReleasable,
  },
  { everyMs: 30_000, what: "the writing of notices", run: sendNotices, due: whenNotice },
  { everyMs: 10_000, what: "the sending of letters", run: sendLetters, due: () => whenLetterDue },
  heartbeat,
  { everyMs: 600_000, what: "the comparison of the clock with the networks’", run: compareClock },
  { everyMs: 60_000, what: "the correction of times that a wrong clock wrote", run: mendAfterJump },
  { everyMs: 600_000, what: "the daily backup", run: backUpDaily },
  // One job per network, so that a slow network does not hold up the others.
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
  // Returns queue jobs whose worker died.
  { everyMs: 10_000, what: "the return of lost jobs", run: lookAfterQueue, due: () => whenJobLost },
  { everyMs: 60_000, what: "the renewal of tokens", run: renewDue },
  { everyMs: 60_000, what: "the verification of connections", run: verifyDue },
  // Mostly useful at the start, which is when a key can change.
  { everyMs: 86_400_000, what: "the recovery of connections whose key is back", run: reviveReadable },
  { everyMs: 86_400_000, what: "the move of app secrets under the vault’s key", run: moveFormerSecrets },
];

/** How long deliveries in progress may take when the worker stops, in milliseconds. */
const GRACE_MS = 12_000;

/**
 * Starts the worker of this process.
 * @returns a function that stops it: deliveries in progress get some seconds to finish, the rest go to other workers
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
  // Finds waiting shares for which no notification arrived. Runs with each pulse.
  const untold = {
    everyMs: 0,
    what: "the search for waiting shares",
    run: async () => wake(undefined),
    due: () => whenGiven,
  };
  const stops = [...intervals, untold].map((job) =>
    job.due === undefined ? repeat(runtime, job) : runWhenDue(runtime, job, job.due(runtime)),
  );
  stops.push(repeatLater(runtime, removals));
  runtime.pulse.noLaterThan(runtime.now());
  return async () => {
    // Before the database closes, since a round in progress would fail without it.
    const rounds = stops.map((stop) => stop());
    await listener.close();
    await inTime([...rounds, ...[...dispatchers.values()].map((dispatcher) => dispatcher.stop())], GRACE_MS);
    await handBack(runtime).catch((error: unknown) =>
      runtime.log.warn({ err: error }, "shares could not be handed back: they are taken over within seconds"),
    );
  };
}

/**
 * Starts the heartbeat in a process without a worker, since a process that only shows pages keeps it going too.
 * @returns a function that stops it
 */
export function startHeartbeat(runtime: Runtime): () => Promise<void> {
  return repeat(runtime, heartbeat);
}
