/** What follows where the database went back to an earlier moment: nothing is sent before it was looked for. */
import { and, desc, eq, gt, inArray, notInArray, or, sql } from "drizzle-orm";
import { doubtTokens, type UpkeepRuntime } from "../connections/upkeep.ts";
import { beat, type Heart, type Noticed, type Sign } from "../database/heartbeat.ts";
import type { Queryable } from "../database/open.ts";
import { restorations, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { doubtShares, RESTORED } from "./doubt.ts";
import type { SharingRuntime } from "./runtime.ts";

type RestoredRuntime = SharingRuntime & UpkeepRuntime & { readonly heart: Heart };

/** Looks whether the database went back, and sees to all that follows. Called at the start, then again and again. */
export async function watchDatabase(
  runtime: RestoredRuntime,
  says?: "by-hand",
): Promise<Restoration | undefined> {
  await runtime.catchUp();
  let found: Restoration | undefined;
  await beat(
    runtime.heart,
    runtime.now(),
    async (transaction, noticed) => {
      found = await doubtAll(runtime, transaction, noticed);
    },
    says,
  );
  if (found !== undefined)
    runtime.log.warn(
      { sign: found.sign, since: found.since, shares: found.shares, connections: found.connections },
      explanations[found.sign],
    );
  return found;
}

/** For the log, and whoever reads it: what was seen and what is done. */
const explanations: Readonly<Record<Sign, string>> = Object.freeze({
  copied: "the database was restored from a backup: what is due is looked for before it is sent",
  promoted: "the database has another primary server: what is due is looked for before it is sent",
  older: "the database went back to an earlier moment: what is due is looked for before it is sent",
  silent: "nothing ran for minutes, or a snapshot was put back: what is due is looked for before it is sent",
  slept:
    "this machine stood still for minutes, or a snapshot was put back: what is due is looked for before it is sent",
  "by-hand": "the operator says that a backup was restored: what is due is looked for before it is sent",
});

export type Restoration = typeof restorations.$inferSelect;

async function doubtAll(
  runtime: RestoredRuntime,
  transaction: Queryable,
  { sign, since }: Noticed,
): Promise<Restoration | undefined> {
  const shares = await doubtShares(runtime, transaction, since);
  const connections = await doubtTokens(runtime, transaction);
  const [row] = await transaction
    .insert(restorations)
    .values({ sign, since: since ?? null, shares, connections, noticedAt: runtime.now() })
    .returning();
  await recordEvent(transaction, { action: "service.restored", subject: sign });
  return row;
}

/** The operator is told of it so long. */
const TOLD_MS = 7 * 86_400_000;

/** Where nothing was waiting, minutes of silence are no news. */
const isNews = or(notInArray(restorations.sign, ["silent", "slept"]), gt(restorations.shares, 0));

export interface LastRestoration extends Restoration {
  /** Shares that are looked for still, and those of which nobody can tell whether they were posted. */
  readonly open: number;
  readonly unconfirmed: number;
}

/** The last time that the database went back, within a week. */
export async function findLastRestoration({
  database,
  now,
}: Pick<SharingRuntime, "database" | "now">): Promise<LastRestoration | undefined> {
  const [last] = await database
    .select()
    .from(restorations)
    .where(and(isNews, gt(restorations.noticedAt, new Date(now().getTime() - TOLD_MS))))
    .orderBy(desc(restorations.noticedAt))
    .limit(1);
  if (last === undefined) return undefined;
  const [counts] = await database
    .select({
      open: sql<number>`count(*) filter (where ${socialShares.status} = 'sending')::integer`,
      unconfirmed: sql<number>`count(*) filter (where ${socialShares.status} = 'unconfirmed')::integer`,
    })
    .from(socialShares)
    .where(
      and(inArray(socialShares.status, ["sending", "unconfirmed"]), eq(socialShares.errorCode, RESTORED)),
    );
  return { ...last, open: counts?.open ?? 0, unconfirmed: counts?.unconfirmed ?? 0 };
}
