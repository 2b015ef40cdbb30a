/** A connection as the rest of the service sees it: never with its tokens. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { preparedOnce } from "../database/prepared.ts";
import { socialConnections } from "../database/schema.ts";
import { type Account, type PlatformName, readWebAddress } from "../platforms/platform.ts";
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
  /** When the person gave leave the last time. */
  readonly givenAt: Date;
  readonly createdAt: Date;
  readonly revokedAt: Date | undefined;
}

export type ConnectionRow = typeof socialConnections.$inferSelect;

export function toConnection(row: ConnectionRow): Connection {
  const avatarUrl = readWebAddress(row.avatarUrl);
  return {
    id: row.id,
    userId: row.userId,
    platform: parsePlatformName(row.platform),
    account: {
      id: row.platformUserId,
      username: row.platformUsername,
      displayName: row.displayName,
      ...(avatarUrl === undefined ? {} : { avatarUrl }),
      ...(row.grantedBy === null ? {} : { grantedBy: row.grantedBy }),
      extra: row.extraData,
    },
    status: row.status,
    problem: readTold(row),
    scopes: row.scopes.split(" ").filter(Boolean),
    endsAt: row.tokenRenewAfter === null ? (row.tokenExpiresAt ?? undefined) : undefined,
    givenAt: row.authorisedAt,
    createdAt: row.createdAt,
    revokedAt: row.revokedAt ?? undefined,
  };
}

/** The network had us forget whose account it is (see owner-calls.ts): nothing from there is kept of it any more. */
export function isForgotten({ id, platformUserId }: ConnectionRow): boolean {
  return platformUserId === `forgotten:${id}`;
}

/**
 * The network that a row names. It may be one that this version does not know, after a downgrade or a removal: the
 * registry tells as much (`aboutPlatform(name).isFormer`), and no process has it.
 */
export function parsePlatformName(name: string): PlatformName {
  return name as PlatformName;
}

/** "@ana"; the name where the network tells no handle. */
export function handleOf({ username, displayName }: Pick<Account, "username" | "displayName">): string {
  return username === displayName ? displayName : `@${username}`;
}

/** From then on people are asked to renew what only they can: leave for a short time is not renewed as soon as it is given. */
const ENDING_SOON_MS = 7 * 86_400_000;
const ENDING_SOON_PART = 1 / 4;

export function soonFrom({ givenAt, endsAt }: { readonly givenAt: Date; readonly endsAt: Date }): Date {
  const life = endsAt.getTime() - givenAt.getTime();
  return new Date(endsAt.getTime() - Math.min(ENDING_SOON_MS, Math.max(life, 0) * ENDING_SOON_PART));
}

/** Only the person can keep it alive, and should do it now. */
export function isEndingSoon({ endsAt, givenAt }: Connection, now: Date): boolean {
  return endsAt !== undefined && soonFrom({ givenAt, endsAt }) < now;
}

const statements = preparedOnce((database) => {
  const list = () =>
    database
      .select()
      .from(socialConnections)
      .where(
        and(eq(socialConnections.userId, sql.placeholder("person")), isNull(socialConnections.revokedAt)),
      )
      .orderBy(asc(socialConnections.platform), asc(socialConnections.createdAt));
  return {
    all: list().prepare("list_connections"),
    some: list().limit(sql.placeholder("most")).prepare("list_some_connections"),
  };
});

/** A person's connections that are not revoked, by platform and then oldest first. @param most no more than these */
export async function listConnections(
  runtime: { database: Database },
  person: { id: string },
  most?: number,
): Promise<Connection[]> {
  const { all, some } = statements(runtime.database);
  const rows = await (most === undefined
    ? all.execute({ person: person.id })
    : some.execute({ person: person.id, most }));
  return rows.map(toConnection);
}
