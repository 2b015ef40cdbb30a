/**
 * A compact description of which of a person's accounts are meant: single ones, groups, searches, earlier
 * requests. It is resolved where it is used, against the rows as they are then.
 */
import { and, asc, eq, inArray, notInArray, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { accountGroupMembers, accountGroups, socialConnections, socialShares } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { type AccountSearch, connectedBy, matchingSearch, type SearchRuntime } from "./account-search.ts";
import { type Connection, toConnection } from "./connection.ts";

export interface Selection {
  /** Single accounts. They count as selected even if they cannot be used, so that the person is told why. */
  readonly connectionIds: readonly string[];
  /** Of these groups, and of the requests and searches below, only the accounts that can be used. */
  readonly groupIds?: readonly string[] | undefined;
  /** The accounts of these share requests. Cancelled shares count only if the whole request was cancelled. */
  readonly requestIds?: readonly string[] | undefined;
  readonly searches?: readonly AccountSearch[] | undefined;
  /** Accounts to leave out. */
  readonly without?: readonly string[] | undefined;
}

/** A selection in which every part is present. */
export type FullSelection = { readonly [Part in keyof Selection]-?: NonNullable<Selection[Part]> };

/**
 * Which accounts can be used: those of these networks that need no reconnecting, or whose share of the request
 * `waitingFor` waits for that.
 */
export interface Usable {
  readonly platforms: readonly PlatformName[];
  readonly waitingFor?: string | undefined;
}

export interface Selected {
  readonly person: { readonly id: string };
  readonly selection: Selection;
  /** Left out: every account can be used. */
  readonly usable?: Usable | undefined;
  /** Restricts the selection to these ids. */
  readonly among?: readonly string[] | undefined;
}

/** Whether the selection contains groups, requests or searches. */
export function namesMany({ groupIds = [], requestIds = [], searches = [] }: Selection): boolean {
  return groupIds.length + requestIds.length + searches.length > 0;
}

/** The condition on `social_connections` for the selected accounts. */
export function isSelected({ person, selection, usable, among }: Selected, now: Date): SQL | undefined {
  const { connectionIds, without = [] } = selection;
  const whole = and(isInWhole(person, selection, now), usable && isUsable(person, usable));
  return and(
    connectedBy(person),
    among && inArray(socialConnections.id, [...among]),
    or(inArray(socialConnections.id, [...connectionIds]), whole),
    without.length > 0 ? notInArray(socialConnections.id, [...without]) : undefined,
  );
}

function isInWhole(person: { readonly id: string }, selection: Selection, now: Date): SQL {
  const { groupIds = [], requestIds = [], searches = [] } = selection;
  const parts = [
    groupIds.length > 0 ? isInGroups(person, groupIds) : undefined,
    requestIds.length > 0 ? isOfRequests(person, requestIds) : undefined,
    ...searches.map((search) => matchingSearch(search, now) ?? sql`true`),
  ];
  return or(...parts) ?? sql`false`;
}

/** The condition on `social_connections` for accounts that can be used. */
export function isUsable(
  person: { readonly id: string },
  { platforms, waitingFor }: Usable,
): SQL | undefined {
  const works = eq(socialConnections.status, "active");
  return and(
    inArray(socialConnections.platform, [...platforms]),
    waitingFor === undefined ? works : or(works, isOfRequests(person, [waitingFor])),
  );
}

function isInGroups(person: { readonly id: string }, ids: readonly string[]): SQL {
  return sql`${socialConnections.id} in (select ${accountGroupMembers.connectionId} from ${accountGroupMembers}
    inner join ${accountGroups} on ${accountGroups.id} = ${accountGroupMembers.groupId}
    where ${and(eq(accountGroups.userId, person.id), inArray(accountGroups.id, [...ids]))})`;
}

function isOfRequests(person: { readonly id: string }, ids: readonly string[]): SQL {
  const { connectionId, shareRequestId, status, userId } = socialShares;
  const isTheirs = and(eq(userId, person.id), inArray(shareRequestId, [...ids]));
  // The condition on the requests is repeated in the subquery: otherwise the planner reads everybody's shares.
  return sql`${socialConnections.id} in (select ${connectionId} from ${socialShares}
    where ${isTheirs} and (${status} <> 'cancelled' or ${shareRequestId} not in
      (select ${shareRequestId} from ${socialShares} where ${isTheirs} and ${status} <> 'cancelled')))`;
}

/** The selected connections, ordered by id. */
export async function listSelected(
  database: Queryable,
  selected: Selected,
  now: Date,
): Promise<Connection[]> {
  const rows = await database
    .select()
    .from(socialConnections)
    .where(isSelected(selected, now))
    .orderBy(asc(socialConnections.id));
  return rows.map(toConnection);
}

/** Those of these ids that a group, a request or a search of the selection contains. */
export async function listWhole(
  { database, now }: SearchRuntime,
  person: { readonly id: string },
  selection: Selection,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(and(inArray(socialConnections.id, [...ids]), isInWhole(person, selection, now())));
  return rows.map(({ id }) => id);
}
