/** A connection as the rest of the service sees it, without its tokens. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { preparedOnce } from "../database/prepared.ts";
import { socialConnections } from "../database/schema.ts";
import type { Account, PlatformName } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";
import { toAccount } from "./columns/account-columns.ts";
import { readTold } from "./told.ts";

export interface Connection {
  readonly id: string;
  readonly userId: string;
  readonly platform: PlatformName;
  readonly account: Account;
  /** "reconnect": the network refuses our calls until the person reconnects; `problem` says why. */
  readonly status: "active" | "reconnect";
  readonly problem: Told | undefined;
  readonly scopes: readonly string[];
  /**
   * When the network's permission expires, if only the person can renew it; undefined if it never expires or we
   * renew it.
   */
  readonly endsAt: Date | undefined;
  /** When the person last authorized us. */
  readonly givenAt: Date;
  readonly createdAt: Date;
  readonly revokedAt: Date | undefined;
}

export type ConnectionRow = typeof socialConnections.$inferSelect;

/** Converts a row of `social_connections`. */
export function toConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    userId: row.userId,
    platform: parsePlatformName(row.platform),
    account: toAccount(row),
    status: row.status,
    problem: readTold(row),
    scopes: row.scopes.split(" ").filter(Boolean),
    endsAt: row.tokenRenewAfter === null ? (row.tokenExpiresAt ?? undefined) : undefined,
    givenAt: row.authorisedAt,
    createdAt: row.createdAt,
    revokedAt: row.revokedAt ?? undefined,
  };
}

/**
 * Whether the network asked us to delete this account's data (see owner-calls/), so that nothing from there may
 * be stored in the row any more.
 */
export function isForgotten({ id, platformUserId }: ConnectionRow): boolean {
  return platformUserId === `forgotten:${id}`;
}

/**
 * Reads a platform's name from the database. It may be one that this version does not know, after a downgrade or a removal:
 * `aboutPlatform(name).isFormer` then says so, and no process has it.
 */
export function parsePlatformName(name: string): PlatformName {
  return name as PlatformName;
}

/** "@ana", or the display name where the network has no handles. */
export function handleOf({ username, displayName }: Pick<Account, "username" | "displayName">): string {
  return username === displayName ? displayName : `@${username}`;
}

/** The warning starts at most this long before the permission expires, and only in the last quarter of a short one. */
const ENDING_SOON_MS = 7 * 86_400_000;
const ENDING_SOON_PART = 1 / 4;

/** From when on we ask the person to renew a permission that only they can renew. */
export function soonFrom({ givenAt, endsAt }: { readonly givenAt: Date; readonly endsAt: Date }): Date {
  const life = endsAt.getTime() - givenAt.getTime();
  return new Date(endsAt.getTime() - Math.min(ENDING_SOON_MS, Math.max(life, 0) * ENDING_SOON_PART));
}

/** Whether the permission expires soon and only the person can renew it. */
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

/**
 * A person's connections that are not disconnected, by platform and then oldest first.
 * @param most the maximum number of rows; all when left out
 */
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
