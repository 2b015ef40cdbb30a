/** Recent failures of connecting and sharing, for the State page. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import { parsePlatformName } from "../connections/connection.ts";
import { readTold } from "../connections/told.ts";
import { connectFailures, shareAttempts, socialConnections, socialShares } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";
import type { StateRuntime } from "./state.ts";

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
