/** Looking among a person's accounts: by name, network and state, a page at a time. */
import { and, asc, count, desc, eq, ilike, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { type Connection, parsePlatformName, toConnection } from "./connection.ts";

/** "attention": to be reconnected, now or within a week. */
export const accountStates = ["attention", "active"] as const;
export type AccountState = (typeof accountStates)[number];

/** What is left out narrows nothing. */
export interface AccountSearch {
  /** All of them stand in the name or the handle, in any order. */
  readonly words?: string | undefined;
  readonly platform?: PlatformName | undefined;
  readonly state?: AccountState | undefined;
}

export interface SearchRuntime {
  readonly database: Queryable;
  now(): Date;
}

/** More words narrow nothing further. */
const MOST_WORDS = 8;

/** Which rows of `social_connections` a search finds; undefined: all. */
export function matchingSearch({ words, platform, state }: AccountSearch, now: Date): SQL | undefined {
  const troubled = needsAttention(now);
  return and(
    matchingWords(words),
    platform && eq(socialConnections.platform, platform),
    state && (state === "attention" ? troubled : sql`not ${troubled}`),
  );
}

/** Which rows of `social_connections` have all of these words in name or handle; undefined: all. */
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

/** As `soonFrom`. */
const SOON_FROM = sql`${socialConnections.tokenExpiresAt} - least(interval '7 days', greatest(${socialConnections.tokenExpiresAt} - ${socialConnections.authorisedAt}, interval '0') / 4)`;

function needsAttention(now: Date): SQL {
  return sql`(${or(
    eq(socialConnections.status, "reconnect"),
    // Empty where only the person can renew it: that is never "unknown" to a `not`.
    sql`coalesce(${and(isNull(socialConnections.tokenRenewAfter), sql`${SOON_FROM} < ${now}::timestamptz`)}, false)`,
  )})`;
}

/** A person's accounts that are not disconnected. */
export function connectedBy(person: { readonly id: string }): SQL | undefined {
  return and(eq(socialConnections.userId, person.id), isNull(socialConnections.revokedAt));
}

/**
 * By network and name.
 * @param part which of them: `size` after the first `skip`; those that need attention first, or those that need reconnecting last
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
  /** Of them. */
  readonly attention: number;
  /** Of them, what the search finds. */
  readonly found: number;
}

/** How many accounts a person has on each network that they have any on. */
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

/** Of these ids, in no order: those that are the person's and connected. */
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
