/** What the State page shows: waiting shares, recent failures, remaining calls and running versions. */
import { and, eq, gt, isNotNull, min, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import { rateBudgets, socialShares } from "../database/schema.ts";
import { ownVersion } from "./version.ts";

export interface StateRuntime {
  readonly database: Database;
  now(): Date;
}

export interface Waiting {
  readonly status: "scheduled" | "queued" | "sending";
  readonly number: number;
  /** When the oldest share that is due became due; undefined if none is due. */
  readonly oldest: Date | undefined;
}

/** Counts the unsettled shares of all people. Partial indexes keep this fast however many shares there are. */
export async function countWaiting({ database, now }: StateRuntime): Promise<Waiting[]> {
  const { status, createdAt, nextAttemptAt } = socialShares;
  const count = async (name: Waiting["status"], since: typeof createdAt | typeof nextAttemptAt) => {
    const [row] = await database
      .select({ number: sql<number>`count(*)::integer`, oldest: min(since) })
      .from(socialShares)
      .where(and(eq(status, name), name === "scheduled" ? isNotNull(nextAttemptAt) : undefined));
    const { number = 0, oldest = null } = row ?? {};
    return { status: name, number, oldest: oldest !== null && oldest <= now() ? oldest : undefined };
  };
  return await Promise.all([
    count("scheduled", nextAttemptAt),
    count("queued", createdAt),
    count("sending", createdAt),
  ]);
}

/** How many calls a network still accepts from our app. */
export interface AppBudget {
  readonly platform: string;
  readonly span: string;
  readonly remaining: number;
  readonly resetsAt: Date;
}

/** Only budgets that run low are recorded (sharing/delivery/budgets.ts). */
export async function listAppBudgets({ database, now }: StateRuntime): Promise<AppBudget[]> {
  const rows = await database
    .select()
    .from(rateBudgets)
    .where(and(sql`${rateBudgets.scope} like 'app %'`, gt(rateBudgets.resetsAt, now())))
    .orderBy(rateBudgets.scope)
    .limit(50);
  return rows.map(({ scope, remaining, resetsAt }) => {
    const [, platform = "", span = ""] = scope.split(" ");
    return { platform, span, remaining, resetsAt };
  });
}

export interface Versions {
  readonly sharewell: string;
  readonly node: string;
  readonly database: string;
}

/** The versions of Sharewell, Node and the database. */
export async function readVersions({ database }: StateRuntime): Promise<Versions> {
  const { rows } = await database.execute(sql`select version() as version`);
  const [row] = z.array(z.object({ version: z.string() })).parse(rows);
  return {
    sharewell: ownVersion(),
    node: process.versions.node,
    // "PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by …"
    database: row?.version.split(/ on |, /)[0] ?? "unknown",
  };
}
