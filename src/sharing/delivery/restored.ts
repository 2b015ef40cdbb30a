/** Acts when the database went back to an earlier state: nothing is sent before its network was asked for it. */
import { and, desc, eq, gt, inArray, notInArray, or, sql } from "drizzle-orm";
import { doubtTokens } from "../../connections/upkeep.ts";
import type { UpkeepRuntime } from "../../connections/verify.ts";
import { beat, type Heart, type Noticed, type Sign } from "../../database/heartbeat/heartbeat.ts";
import type { Queryable } from "../../database/open.ts";
import { restorations, socialShares } from "../../database/schema.ts";
import { recordEvent } from "../../people/audit.ts";
import type { SharingRuntime } from "../runtime.ts";
import { doubtShares, RESTORED } from "./doubt.ts";

type RestoredRuntime = SharingRuntime & UpkeepRuntime & { readonly heart: Heart };

/**
 * Checks whether the database went back. If so, shares are looked for and tokens are checked. Called at the start and with every heartbeat.
 * @param says "by-hand" if the operator says that it went back
 * @returns the record of it; undefined if it did not go back
 */
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

/** For the log: what was noticed, and what follows. */
const explanations: Readonly<Record<Sign, string>> = Object.freeze({
  copied: "the database was restored from a backup: what is due is looked for before it is sent",
  promoted: "the database has another primary server: what is due is looked for before it is sent",
  older: "the database went back to an earlier state: what is due is looked for before it is sent",
  silent:
    "Sharewell did not run for minutes, or a snapshot was restored: what is due is looked for before it is sent",
  slept:
    "this machine was suspended for minutes, or a snapshot was restored: what is due is looked for before it is sent",
  "by-hand":
    "the operator says that the database went back to an earlier state: what is due is looked for before it is sent",
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

/** How long pages show it to the operator. */
const TOLD_MS = 7 * 86_400_000;

/** Leaves out pauses during which no share was waiting. */
const isNews = or(notInArray(restorations.sign, ["silent", "slept"]), gt(restorations.shares, 0));

export interface LastRestoration extends Restoration {
  /** Shares that are still being looked for. */
  readonly open: number;
  /** Shares of which nobody can tell whether they were posted. */
  readonly unconfirmed: number;
}

/** Finds the last time that the database went back, within the last week. */
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
