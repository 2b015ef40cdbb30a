/** Gives jobs to shares: to those whose time has come, and to those that whoever had them in hand left behind. */
import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { socialShares } from "../database/schema.ts";
import { enqueueDeliveries } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";

/** At most so many in one transaction; the next round takes the rest. */
const ROUND = 500;

/** A machine that slept longer asks the person first: what was right on Monday may be wrong on Wednesday. */
const LATE_MS = 86_400_000;

/** A share that has waited so long for its job to be taken up gets another one: a job too many does nothing. */
const FORGOTTEN_MS = 900_000;

type Changes = Partial<typeof socialShares.$inferInsert>;

/** What waited for its time: a later try, or the moment that the person chose. Returns how many go on. */
export async function wakeDue(runtime: SharingRuntime): Promise<number> {
  const now = runtime.now();
  const isDue = lte(socialShares.nextAttemptAt, now);
  const isScheduled = and(eq(socialShares.status, "scheduled"), isDue);
  const isTooLate = lt(socialShares.nextAttemptAt, new Date(now.getTime() - LATE_MS));
  await runtime.database
    .update(socialShares)
    .set({ nextAttemptAt: null, updatedAt: now })
    .where(and(isScheduled, isTooLate));
  const started = await give(runtime, isScheduled, { status: "queued", nextAttemptAt: null });
  const isOpenAndDue = and(inArray(socialShares.status, ["queued", "sending"]), isDue);
  return started + (await give(runtime, isOpenAndDue, { nextAttemptAt: null }));
}

/** What workers left behind that died, and jobs that got lost. Returns how many go on. */
export async function wakeStranded(runtime: SharingRuntime): Promise<number> {
  const isOpen = inArray(socialShares.status, ["queued", "sending"]);
  const isStranded = and(isOpen, isNotNull(socialShares.leaseUntil), lt(socialShares.leaseUntil, sql`now()`));
  const stranded = await give(runtime, isStranded, { leaseId: null, leaseUntil: null });
  if (stranded > 0) runtime.log.warn({ shares: stranded }, "took over shares of a worker that vanished");
  const longAgo = new Date(runtime.now().getTime() - FORGOTTEN_MS);
  const isForgotten = and(
    isOpen,
    isNull(socialShares.nextAttemptAt),
    isNull(socialShares.leaseUntil),
    lt(socialShares.updatedAt, longAgo),
  );
  return stranded + (await give(runtime, isForgotten, {}));
}

/** Changes those of whom `which` is true and gives each a job, round by round; whoever changes a row first has it. */
async function give(runtime: SharingRuntime, which: SQL | undefined, changes: Changes): Promise<number> {
  const some = runtime.database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(which)
    .orderBy(asc(socialShares.nextAttemptAt))
    .limit(ROUND);
  let given = 0;
  for (let round = ROUND; round === ROUND; given += round) {
    round = await runtime.database.transaction(async (transaction) => {
      const changed = await transaction
        .update(socialShares)
        .set({ ...changes, updatedAt: runtime.now() })
        .where(and(inArray(socialShares.id, some), which))
        .returning({ id: socialShares.id });
      await enqueueDeliveries(
        runtime,
        transaction,
        changed.map(({ id }) => id),
      );
      return changed.length;
    });
  }
  return given;
}
