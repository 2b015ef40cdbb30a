/** Searches a person's connections by name, network and state, a page at a time. */
import { and, asc, count, desc, eq, ilike, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { type Connection, parsePlatformName, toConnection } from "./connection.ts";

/** "attention": has to be reconnected, now or within a week. */
export const accountStates = ["attention", "active"] as const;
export type AccountState = (typeof accountStates)[number];

/** A field that is left out does not narrow the search. */
export interface AccountSearch {
  /** Every word has to occur in the name or the handle, in any order. */
  readonly words?: string | undefined;
  readonly platform?: PlatformName | undefined;
  readonly state?: AccountState | undefined;
}

export interface SearchRuntime {
  readonly database: Queryable;
  now(): Date;
}

/** Words beyond this number are ignored. */
const MOST_WORDS = 8;

/** The condition on `social_connections` for a search; undefined when every row matches. */
export function matchingSearch({ words, platform, state }: AccountSearch, now: Date): SQL | undefined {
  const troubled = needsAttention(now);
  return and(
    matchingWords(words),
    platform && eq(socialConnections.platform, platform),
    state && (state === "attention" ? troubled : sql`not ${troubled}`),
  );
}

/** The condition that the name or the handle contains all of these words; undefined when there are no words. */
function matchingWords(words = ""): SQL | undefined {
  const named = words
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, MOST_WORDS)
    .map((word) =>
      ilike(
        sql`(${socialConnections.displayName} || ' @' || ${socialConnections.platformUsername})`,
        `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`,
      ),
    );
  return and(...named);
}

/** The same moment as `soonFrom` in connection.ts, in SQL. */
const SOON_FROM = sql`${socialConnections.tokenExpiresAt} - least(interval '7 days', greatest(${socialConnections.tokenExpiresAt} - ${socialConnections.authorisedAt}, interval '0') / 4)`;

function needsAttention(now: Date): SQL {
  return sql`(${or(
    eq(socialConnections.status, "reconnect"),
    // Coalesced because the expression is NULL for a token that we renew or that never expires, and `not NULL`
    // matches nothing.
    sql`coalesce(${and(isNull(socialConnections.tokenRenewAfter), sql`${SOON_FROM} < ${now}::timestamptz`)}, false)`,
  )})`;
}

/** The condition for a person's connections that are not disconnected. */
export function connectedBy(person: { readonly id: string }): SQL | undefined {
  return and(eq(socialConnections.userId, person.id), isNull(socialConnections.revokedAt));
}

/**
 * Finds one page of a person's connections, ordered by network and name.
 * @param part skips `skip` rows and returns `size`; puts first those that need attention, or last those that
 * have to be reconnected
 */
export async function searchAccounts(
  { database, now }: SearchRuntime,
  person: { readonly id: string },
  search: AccountSearch,
  part: { readonly skip: number; readonly size: number; readonly order: "attention-first" | "broken-last" },
): Promise<Connection[]> {
  const rows = await database
    .select()
    .from(socialConnections)
    .where(and(connectedBy(person), matchingSearch(search, now())))
    .orderBy(
      desc(part.order === "attention-first" ? needsAttention(now()) : eq(socialConnections.status, "active")),
      asc(socialConnections.platform),
      asc(sql`lower(${socialConnections.displayName})`),
      asc(socialConnections.id),
    )
    .limit(part.size)
    .offset(part.skip);
  return rows.map(toConnection);
}

export interface NetworkCount {
  readonly platform: PlatformName;
  readonly accounts: number;
  /** Those of them that need attention. */
  readonly attention: number;
  /** Those of them that the search finds. */
  readonly found: number;
}

/** Counts a person's connections for each network on which they have any. */
export async function countAccounts(
  { database, now }: SearchRuntime,
  person: { readonly id: string },
  search: AccountSearch = {},
): Promise<NetworkCount[]> {
  const found = matchingSearch(search, now()) ?? sql`true`;
  const rows = await database
    .select({
      platform: socialConnections.platform,
      accounts: count(),
      attention: sql<number>`(count(*) filter (where ${needsAttention(now())}))::integer`,
      found: sql<number>`(count(*) filter (where ${found}))::integer`,
    })
    .from(socialConnections)
    .where(connectedBy(person))
    .groupBy(socialConnections.platform)
    .orderBy(asc(socialConnections.platform));
  return rows.map((row) => ({ ...row, platform: parsePlatformName(row.platform) }));
}

/** The connections among these ids that belong to the person and are not disconnected, in no particular order. */
export async function findAccounts(
  { database }: Pick<SearchRuntime, "database">,
  person: { readonly id: string },
  ids: readonly string[],
): Promise<Connection[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .select()
    .from(socialConnections)
    .where(and(connectedBy(person), inArray(socialConnections.id, [...ids])));
  return rows.map(toConnection);
}
