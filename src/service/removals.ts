/** The background jobs that tidy up: which domain function removes what is no longer needed, and how often. */
import { removeUnusedApps } from "../connections/app-store.ts";
import { removeOldDepartures } from "../connections/grants/leave.ts";
import { removeOldFailures } from "../connections/oauth/connect-failures.ts";
import { removeOldCounts } from "../limits/removal.ts";
import { removeOldEvents } from "../operation/audit/audit-removal.ts";
import { removeOldCalls } from "../operation/metrics/call-counts.ts";
import { removeOldPreviews } from "../pages/pictures/preview.ts";
import { removeExpiredPictures } from "../pages/pictures/public-pictures.ts";
import { removeOldPages } from "../pages/read-pages.ts";
import { removeExpired } from "../people/expired.ts";
import { removeOldLetters } from "../people/mail/old-letters.ts";
import { lookAfterQueue } from "../sharing/claims/queue.ts";
import { removeExpiredBudgets } from "../sharing/delivery/budgets.ts";
import { removeOldDrafts } from "../sharing/drafts/discard-draft.ts";
import { removeUnusedPictures } from "../sharing/pictures/remove-unused.ts";
import { removeOldShares, removeOldTries } from "../sharing/record/retention.ts";
import type { Job } from "./repeat.ts";

/** None of them is urgent, so a process begins with them some time after its start. */
export const removals: readonly Job[] = [
  { everyMs: 60_000, what: "the removal of finished jobs from the queue", run: lookAfterQueue },
  { everyMs: 3_600_000, what: "the removal of old departures", run: removeOldDepartures },
  { everyMs: 3_600_000, what: "the removal of unused app registrations", run: removeUnusedApps },
  { everyMs: 3_600_000, what: "the removal of expired sessions and links", run: removeExpired },
  { everyMs: 60_000, what: "the removal of old rate limit counters", run: removeOldCounts },
  { everyMs: 3_600_000, what: "the removal of expired rate budgets", run: removeExpiredBudgets },
  { everyMs: 3_600_000, what: "the removal of old page data", run: removeOldPages },
  { everyMs: 60_000, what: "the removal of old shares", run: removeOldShares },
  { everyMs: 60_000, what: "the removal of old tries", run: removeOldTries },
  { everyMs: 60_000, what: "the removal of old events", run: removeOldEvents },
  { everyMs: 3_600_000, what: "the removal of old letters", run: removeOldLetters },
  { everyMs: 3_600_000, what: "the removal of old counts of calls", run: removeOldCalls },
  { everyMs: 3_600_000, what: "the removal of old failures to connect", run: removeOldFailures },
  { everyMs: 3_600_000, what: "the removal of unused previews", run: removeOldPreviews },
  { everyMs: 3_600_000, what: "the removal of unused own pictures", run: removeUnusedPictures },
  { everyMs: 3_600_000, what: "the removal of old drafts", run: removeOldDrafts },
  { everyMs: 3_600_000, what: "the removal of expired public pictures", run: removeExpiredPictures },
];
