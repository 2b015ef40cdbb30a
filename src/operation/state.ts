/** What the State page shows: waiting shares, recent failures, remaining calls and running versions. */
import { and, desc, eq, gt, isNotNull, min, sql } from "drizzle-orm";
import { z } from "zod";
import { parsePlatformName } from "../connections/connection.ts";
import { readTold } from "../connections/told.ts";
import type { Database } from "../database/open.ts";
import {
  connectFailures,
  rateBudgets,
  shareAttempts,
  socialConnections,
  socialShares,
} from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";
import { ownVersion } from "./version.ts";

interface StateRuntime {
  readonly database: Database;
  now(): Date;
}

export interface Waiting {
  readonly status: "scheduled" | "queued" | "sending";
  readonly number: number;
  /** When the oldest share that is due became due; undefined if none is due. */
  readonly oldest: Date | undefined;
}

/**
 * Counts the unsettled shares of all people. Partial indexes keep this fast however many shares there are.
 */
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

/** A failed attempt, with the network's answer. */
export interface Incident {
  readonly platform: PlatformName;
  readonly doing: "connecting" | "sharing";
  readonly at: Date;
  readonly code: string;
  readonly problem: Told | undefined;
  readonly httpStatus: number | undefined;
  /** The operator has to fix it. */
  readonly isOurs: boolean;
}

const INCIDENTS = 25;

/** Lists failed attempts, newest first, for one network or all. */
export async function listIncidents(runtime: StateRuntime, platform?: PlatformName): Promise<Incident[]> {
  const rows = await Promise.all([
    selectFailedTries(runtime, platform).then((tries) =>
      tries.map((row) => ({ ...row, doing: "sharing" as const })),
    ),
    selectConnectFailures(runtime, platform).then((failures) =>
      failures.map((row) => ({ ...row, doing: "connecting" as const })),
    ),
  ]);
  return rows
    .flat()
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .slice(0, INCIDENTS)
    .map((row) => ({
      ...row,
      platform: parsePlatformName(row.platform),
      code: row.code ?? "",
      problem: readTold(row),
      httpStatus: row.httpStatus ?? undefined,
    }));
}

async function selectFailedTries({ database }: StateRuntime, platform: PlatformName | undefined) {
  return await database
    .select({
      platform: socialConnections.platform,
      at: shareAttempts.startedAt,
      code: shareAttempts.errorCode,
      errorMessage: shareAttempts.errorMessage,
      errorTold: shareAttempts.errorTold,
      httpStatus: shareAttempts.httpStatus,
      isOurs: socialShares.operatorFault,
    })
    .from(shareAttempts)
    .innerJoin(socialShares, eq(socialShares.id, shareAttempts.shareId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(
      and(
        isNotNull(shareAttempts.errorCode),
        platform === undefined ? undefined : eq(socialConnections.platform, platform),
      ),
    )
    .orderBy(desc(shareAttempts.startedAt))
    .limit(INCIDENTS);
}

async function selectConnectFailures({ database }: StateRuntime, platform: PlatformName | undefined) {
  return await database
    .select({
      platform: connectFailures.platform,
      at: connectFailures.createdAt,
      code: connectFailures.errorCode,
      errorMessage: connectFailures.errorMessage,
      errorTold: connectFailures.errorTold,
      httpStatus: connectFailures.httpStatus,
      isOurs: connectFailures.operatorFault,
    })
    .from(connectFailures)
    .where(platform === undefined ? undefined : eq(connectFailures.platform, platform))
    .orderBy(desc(connectFailures.createdAt))
    .limit(INCIDENTS);
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
