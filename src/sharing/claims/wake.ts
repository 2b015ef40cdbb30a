/** Gives jobs to shares whose time has come, and to shares whose worker died or whose job was lost. */
import { and, asc, eq, gte, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "../../database/open.ts";
import { span } from "../../database/pulse.ts";
import { socialShares } from "../../database/schema.ts";
import { whenDeletionGiven } from "../deletion/wake.ts";
import { moving, updateInPlace } from "../life/move.ts";
import type { Columns } from "../life/transitions.ts";
import type { SharingRuntime } from "../runtime.ts";
import { EXPIRE_SECONDS, enqueueDeliveries } from "./queue.ts";

/** The most shares in one transaction. The next round takes the rest. */
const ROUND = 500;

/** A scheduled share that is later than this waits for its person: what was right on Monday may be wrong on Wednesday. */
export const LATE_MS = 86_400_000;

/** A share whose job was not taken up for so long gets another one. A superfluous job does nothing. */
const FORGOTTEN_MS = 900_000;

const isOpen = inArray(socialShares.status, ["queued", "sending"]);

/** Selects when the next share is due. The states are literals, because PostgreSQL finds the partial index only then. */
export const whenDue = sql`select min(${socialShares.nextAttemptAt}) from ${socialShares}
  where ${socialShares.status} in ('scheduled', 'queued', 'sending') and ${socialShares.nextAttemptAt} is not null`;

/** Gives jobs to shares that waited for a later try or for their scheduled moment. @returns how many there were */
export async function wakeDue(runtime: SharingRuntime): Promise<number> {
  await runtime.catchUp();
  return (await wakeOpen(runtime)) + (await wakeScheduled(runtime));
}

async function wakeOpen(runtime: SharingRuntime): Promise<number> {
  const { nextAttemptAt: since } = socialShares;
  const isOpenAndDue = and(isOpen, lte(since, runtime.now()));
  return await give(runtime, { which: isOpenAndDue, since }, { nextAttemptAt: null });
}

/** Begins scheduled shares. However wrong our clock is, none begins before its moment by the networks' time. */
async function wakeScheduled(runtime: SharingRuntime): Promise<number> {
  const { status, nextAttemptAt: since } = socialShares;
  const upTo = await runtime.scheduledUpTo(() => isAnyScheduledDue(runtime));
  if (upTo === undefined) return 0;
  const isScheduled = and(eq(status, "scheduled"), lte(since, upTo));
  const latest = new Date(upTo.getTime() - LATE_MS);
  const isTooLate = and(isScheduled, lt(since, latest));
  await inRounds(() =>
    change(runtime, runtime.database, { which: isTooLate, since }, { nextAttemptAt: null }),
  );
  return await give(
    runtime,
    // A row that was locked above may be too late as well.
    { which: and(isScheduled, gte(since, latest)), since },
    "begin",
  );
}

/** Asks the networks for the time if shares are scheduled and no recent call told it, so that a wrong clock shows before they are due. */
export async function compareClock(runtime: SharingRuntime): Promise<void> {
  await runtime.scheduledUpTo(async () => {
    const { id, status, nextAttemptAt } = socialShares;
    const isScheduled = and(eq(status, "scheduled"), isNotNull(nextAttemptAt));
    return (await runtime.database.select({ id }).from(socialShares).where(isScheduled).limit(1)).length > 0;
  });
}

async function isAnyScheduledDue({ database, now }: SharingRuntime): Promise<boolean> {
  const { id, status, nextAttemptAt } = socialShares;
  const due = and(eq(status, "scheduled"), lte(nextAttemptAt, now()));
  return (await database.select({ id }).from(socialShares).where(due).limit(1)).length > 0;
}

const hasJob = sql`${socialShares.status} in ('queued', 'sending') and ${socialShares.nextAttemptAt} is null
  and ${socialShares.leaseUntil} is null`;

const whenShareGiven = sql`select min(${socialShares.updatedAt}) from ${socialShares} where ${hasJob}`;

/** Selects since when the oldest share or deletion has waited for its job to be taken up. */
export const whenGiven = sql`select least((${whenShareGiven}), (${whenDeletionGiven}))`;

/** Selects when that job must have been lost with its worker. */
export const whenJobLost = sql`(${whenGiven}) + ${span(EXPIRE_SECONDS * 1_000)}`;

/** Selects when the next lease ends, or the next share has waited too long for its job to be taken up. */
export const whenStranded = sql`select least(
  (select min(${socialShares.leaseUntil}) from ${socialShares} where ${socialShares.leaseUntil} is not null),
  (${whenShareGiven}) + ${span(FORGOTTEN_MS)})`;

/** Gives new jobs to shares whose worker died or whose job was lost. @returns how many there were */
export async function wakeStranded(runtime: SharingRuntime): Promise<number> {
  const { leaseUntil, updatedAt, nextAttemptAt } = socialShares;
  const isStranded = and(isOpen, isNotNull(leaseUntil), lt(leaseUntil, sql`now()`));
  const over = { leaseId: null, leaseUntil: null };
  const stranded = await give(runtime, { which: isStranded, since: leaseUntil }, over);
  if (stranded > 0) runtime.log.warn({ shares: stranded }, "took over shares of a worker that vanished");
  const longAgo = new Date(runtime.now().getTime() - FORGOTTEN_MS);
  const isForgotten = and(isOpen, isNull(nextAttemptAt), isNull(leaseUntil), lt(updatedAt, longAgo));
  return stranded + (await give(runtime, { which: isForgotten, since: updatedAt }, {}));
}

/** Columns to write that leave the shares in their states, or the transition that begins scheduled ones. */
type Changes = Columns | "begin";

/** Which shares, and the column that says since when each of them waits: its index finds them in this order. */
interface Waiting {
  readonly which: SQL | undefined;
  readonly since: PgColumn;
}

/** Changes the shares and gives each a job. @returns how many there were */
async function give(runtime: SharingRuntime, waiting: Waiting, changes: Changes): Promise<number> {
  return await inRounds(() =>
    runtime.database.transaction(async (transaction) => {
      const ids = await change(runtime, transaction, waiting, changes);
      await enqueueDeliveries(runtime, transaction, ids);
      return ids;
    }),
  );
}

async function inRounds(run: () => Promise<readonly string[]>): Promise<number> {
  let done = 0;
  for (let round = ROUND; round === ROUND; done += round) round = (await run()).length;
  return done;
}

/** Changes those that have waited longest, at most a round of them. It skips rows that somebody else has locked. */
async function change(
  { now }: Pick<SharingRuntime, "now">,
  database: Queryable,
  { which, since }: Waiting,
  changes: Changes,
): Promise<string[]> {
  // A separate part of the statement: PostgreSQL may evaluate a condition of the update again for each row of the table.
  const some = database
    .$with("some")
    .as(
      database
        .select({ id: socialShares.id })
        .from(socialShares)
        .where(which)
        .orderBy(asc(since))
        .limit(ROUND)
        .for("update", { skipLocked: true }),
    );
  const at = { updatedAt: now() };
  const updating = database.with(some);
  const update =
    changes === "begin" ? moving(updating, "begin", at) : updateInPlace(updating, { ...changes, ...at });
  const changed = await update
    .from(some)
    .where(eq(socialShares.id, some.id))
    .returning({ id: socialShares.id });
  return changed.map(({ id }) => id);
}
