/** A connection as the rest of the service sees it: never with its tokens. */
import { and, asc, eq, isNull } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import { type Account, type PlatformName, platformNames } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";
import { readTold } from "./told.ts";

export interface Connection {
  readonly id: string;
  readonly userId: string;
  readonly platform: PlatformName;
  readonly account: Account;
  /** "reconnect": the network no longer lets us act; `problem` says why. */
  readonly status: "active" | "reconnect";
  readonly problem: Told | undefined;
  readonly scopes: readonly string[];
  /** When the network's leave ends and only the person can renew it; absent: it does not, or we renew it. */
  readonly endsAt: Date | undefined;
  readonly createdAt: Date;
  readonly revokedAt: Date | undefined;
}

export type ConnectionRow = typeof socialConnections.$inferSelect;

export function toConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    userId: row.userId,
    platform: parsePlatformName(row.platform),
    account: {
      id: row.platformUserId,
      username: row.platformUsername,
      displayName: row.displayName,
      ...(row.avatarUrl === null ? {} : { avatarUrl: row.avatarUrl }),
      ...(row.grantedBy === null ? {} : { grantedBy: row.grantedBy }),
      extra: row.extraData,
    },
    status: row.status,
    problem: readTold(row),
    scopes: row.scopes.split(" ").filter(Boolean),
    endsAt: row.tokenRenewAfter === null ? (row.tokenExpiresAt ?? undefined) : undefined,
    createdAt: row.createdAt,
    revokedAt: row.revokedAt ?? undefined,
  };
}

/** @throws when the table names a platform that this version does not have */
export function parsePlatformName(name: string): PlatformName {
  const found = platformNames.find((candidate) => candidate === name);
  if (found === undefined) throw new Error(`Unknown platform in the database: ${name}`);
  return found;
}

/** "@ana"; the name where the network tells no handle. */
export function handleOf({ username, displayName }: Pick<Account, "username" | "displayName">): string {
  return username === displayName ? displayName : `@${username}`;
}

/** From then on people are asked to renew what only they can. */
export const ENDING_SOON_MS = 7 * 86_400_000;

/** Within a week only the person can keep it alive. */
export function isEndingSoon({ endsAt }: Connection, now: Date): boolean {
  return endsAt !== undefined && endsAt.getTime() - now.getTime() < ENDING_SOON_MS;
}

/** A person's connections that are not revoked, by platform and then oldest first. */
export async function listConnections(
  runtime: { database: Database },
  person: { id: string },
): Promise<Connection[]> {
  const rows = await runtime.database
    .select()
    .from(socialConnections)
    .where(and(eq(socialConnections.userId, person.id), isNull(socialConnections.revokedAt)))
    .orderBy(asc(socialConnections.platform), asc(socialConnections.createdAt));
  return rows.map(toConnection);
}
