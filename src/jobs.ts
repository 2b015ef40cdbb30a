/** The background jobs: which domain function each queue and each interval runs. */

import { removeUnusedApps } from "./connections/app-store.ts";
import { removeOldFailures } from "./connections/connect-failures.ts";
import { endLooseGrantsAt } from "./connections/end-grants.ts";
import { removeOldDepartures } from "./connections/leave.ts";
import { reviveReadable } from "./connections/unreadable.ts";
import { renewDue, verifyDue } from "./connections/upkeep.ts";
import { removeOldCounts } from "./limits/limits.ts";
import { sealEvents } from "./operation/audit-seal.ts";
import { backUpDaily } from "./operation/daily-backup.ts";
import { removeOldCalls } from "./operation/platform-calls.ts";
import { removeOldPreviews } from "./pages/preview.ts";
import { removeExpiredPictures } from "./pages/public-pictures.ts";
import { removeOldPages } from "./pages/reader.ts";
import { removeExpired } from "./people/expired.ts";
import { moveFormerSecrets } from "./people/second-factor-secrets.ts";
import { platformNames } from "./platforms/platform.ts";
import type { Runtime } from "./runtime.ts";
import { removeExpiredBudgets } from "./sharing/budgets.ts";
import { wakeDeletions } from "./sharing/deletion-wake.ts";
import { type Dispatcher, startDispatcher } from "./sharing/dispatch.ts";
import { handBack } from "./sharing/lease.ts";
import { sendNotices } from "./sharing/notices.ts";
import { listenForDeliveries } from "./sharing/queue.ts";
import { releaseWaiting } from "./sharing/release-waiting.ts";
import { watchDatabase } from "./sharing/restored.ts";
import { wakeDue, wakeStranded } from "./sharing/wake.ts";

/** What runs again and again, and how often. */
export const intervals = [
  { everyMs: 1_000, what: "the waking of shares whose time has come", run: wakeDue },
  { everyMs: 1_000, what: "the waking of deletions", run: wakeDeletions },
  { everyMs: 1_000, what: "the chaining of the audit log", run: sealEvents },
  { everyMs: 5_000, what: "the sweep for stranded shares", run: wakeStranded },
  { everyMs: 5_000, what: "the release of what waited for reconnecting", run: releaseWaiting },
  { everyMs: 30_000, what: "the mailing of notices", run: sendNotices },
  { everyMs: 20_000, what: "the heartbeat", run: watchDatabase },
  { everyMs: 600_000, what: "the daily backup", run: backUpDaily },
  // Each network by itself: a slow one holds up no other.
  ...platformNames.map((name) => ({
    everyMs: 5_000,
    what: `the ending of grants at ${name}`,
    run: (runtime: Runtime) => endLooseGrantsAt(runtime, name),
  })),
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
  { everyMs: 3_600_000, what: "the removal of old counts of calls", run: removeOldCalls },
  { everyMs: 3_600_000, what: "the removal of old failures to connect", run: removeOldFailures },
  { everyMs: 3_600_000, what: "the removal of previews that nobody looked at", run: removeOldPreviews },
] as const;

/** How long deliveries under way may take when the worker stops, in milliseconds. */
const GRACE_MS = 12_000;

/**
 * Starts this process's worker.
 * @returns stops it: what is under way gets some seconds to end, what is left then goes back to other workers
 */
export async function startJobs(runtime: Runtime): Promise<() => Promise<void>> {
  const dispatchers = new Map(
    platformNames.map((platform) => [platform, startDispatcher(runtime, platform)] as const),
  );
  const listener = await listenForDeliveries(runtime, (platform) => {
    if (platform !== undefined) dispatchers.get(platform)?.wake();
    else for (const dispatcher of dispatchers.values()) dispatcher.wake();
  });
  const timers = intervals.map(({ everyMs, what, run }) => repeat(runtime, { everyMs, what, run }));
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await listener.close();
    await inTime([...dispatchers.values()]);
    await handBack(runtime);
  };
}

/** Never twice at a time: a round that takes long makes the next ones wait. */
function repeat(
  runtime: Runtime,
  { everyMs, what, run }: { everyMs: number; what: string; run: (runtime: Runtime) => Promise<unknown> },
): NodeJS.Timeout {
  let isRunning = false;
  const start = async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      await run(runtime);
    } catch (error) {
      runtime.log.error({ err: error }, `${what} failed`);
    } finally {
      isRunning = false;
    }
  };
  void start();
  return setInterval(() => void start(), everyMs);
}

async function inTime(dispatchers: readonly Dispatcher[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, GRACE_MS);
  });
  await Promise.race([Promise.all(dispatchers.map((dispatcher) => dispatcher.stop())), late]);
  clearTimeout(timer);
}
