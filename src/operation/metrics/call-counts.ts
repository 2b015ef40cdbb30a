/** The number of calls to each network in the last day. */
import { desc, gte, lt } from "drizzle-orm";
import { platformCalls } from "../../database/schema.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import type { RecorderParts } from "./platform-calls.ts";

const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;

/** Calls to one network in the last day. */
export interface CallCounts {
  readonly platform: PlatformName;
  readonly calls: number;
  readonly limited: number;
  readonly refused: number;
  readonly failed: number;
  /** Mean response time in milliseconds; undefined without calls. */
  readonly meanMs: number | undefined;
}

/** Adds up the calls of the last day for each network, including those this process has not written yet. */
export async function countCalls({
  database,
  now,
}: Pick<RecorderParts, "database" | "now">): Promise<CallCounts[]> {
  const rows = await database
    .select()
    .from(platformCalls)
    .where(gte(platformCalls.hour, new Date(now().getTime() - DAY_MS)))
    .orderBy(desc(platformCalls.hour));
  return platformNames.map((platform) => {
    const theirs = rows.filter((row) => row.platform === platform);
    const sum = (name: "calls" | "limited" | "refused" | "failed" | "totalMs") =>
      theirs.reduce((total, row) => total + row[name], 0);
    const calls = sum("calls");
    return {
      ...{ platform, calls },
      limited: sum("limited"),
      refused: sum("refused"),
      failed: sum("failed"),
      meanMs: calls === 0 ? undefined : Math.round(sum("totalMs") / calls),
    };
  });
}

/** Removes counts that no page shows any more. */
export async function removeOldCalls({
  database,
  now,
}: Pick<RecorderParts, "database" | "now">): Promise<void> {
  const oldest = new Date(now().getTime() - KEPT_DAYS * DAY_MS);
  await database.delete(platformCalls).where(lt(platformCalls.hour, oldest));
}
