/** What a person can do about a share, and whether its post can be deleted. */
import type { Connection } from "../../connections/connection.ts";
import { readTold } from "../../connections/told.ts";
import type { shareDeletions, socialShares } from "../../database/schema.ts";
import { isSupported } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import type { Deletion, Remedy } from "../share.ts";

interface Rows {
  readonly share: typeof socialShares.$inferSelect;
  readonly deletion: typeof shareDeletions.$inferSelect | null;
}

interface RemedyRuntime {
  readonly platforms: PlatformRegistry;
}

/** Returns how the deletion of the post stands, or whether the person can start one. */
export function findDeletion(runtime: RemedyRuntime, rows: Rows, connection: Connection): Deletion {
  const { share, deletion } = rows;
  if (share.deletedAt !== null)
    return { state: "deleted", at: share.deletedAt, mayHaveTwin: share.sends > 1 };
  const without = findDeletability(runtime, share, connection);
  if (deletion === null) return without;
  const problem = readTold(deletion);
  if (deletion.state === "deleting")
    return { state: "deleting", problem, waitsForReconnect: needsReconnecting(connection) };
  return {
    state: deletion.state,
    problem: problem ?? say("Something went wrong on our side."),
    isRepeatable: without.state === "possible",
  };
}

function findDeletability(
  { platforms }: RemedyRuntime,
  share: Rows["share"],
  connection: Connection,
): Deletion {
  const platform = platforms.availablePlatforms().find(({ name }) => name === connection.platform);
  const isTheirs = share.status === "posted" && share.platformPostId !== null;
  if (!isTheirs || platform === undefined || connection.revokedAt !== undefined) return { state: "none" };
  const hindrance = platform.deletionHindrance(connection.account, connection.scopes);
  return hindrance === undefined ? { state: "possible" } : { state: "hindered", hindrance };
}

function needsReconnecting({ status, revokedAt }: Connection): boolean {
  return status === "reconnect" && revokedAt === undefined;
}

/** Returns what the person can do about a share now. */
export function findRemedy(share: Rows["share"], connection: Connection): Remedy {
  if (!isSupported(connection.platform)) return "none";
  const usable = connection.revokedAt === undefined && connection.status === "active";
  switch (share.status) {
    case "failed":
    case "reconnect":
      return usable ? "retry" : "reconnect";
    case "unconfirmed":
      return usable ? "check" : "reconnect";
    case "rejected":
      return !usable ? "none" : share.operatorFault ? "retry" : "rewrite";
    case "cancelled":
    case "duplicate":
      return usable ? "rewrite" : "none";
    case "scheduled":
      return connection.status === "reconnect" ? "reconnect" : "none";
    case "queued":
    case "sending":
    case "posted":
      return "none";
  }
}
