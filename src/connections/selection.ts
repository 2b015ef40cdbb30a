/**
 * Which of a person's accounts are meant, said briefly: single ones, whole groups, all that a search finds, those of an
 * earlier request. What it comes to is decided where it is used, by the rows as they are then.
 */
import { and, asc, eq, inArray, notInArray, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { accountGroupMembers, accountGroups, socialConnections, socialShares } from "../database/schema.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { type AccountSearch, connectedBy, matchingSearch, type SearchRuntime } from "./account-search.ts";
import { type Connection, toConnection } from "./connection.ts";

export interface Selection {
  /** One by one: meant whether they can be used or not, so that it is told where they cannot. */
  readonly connectionIds: readonly string[];
  /** All of these that can be used, of each of the following. */
  readonly groupIds?: readonly string[] | undefined;
  /** As for these share requests; what was cancelled of one only where all of it was. */
  readonly requestIds?: readonly string[] | undefined;
  readonly searches?: readonly AccountSearch[] | undefined;
  /** But for these. */
  readonly without?: readonly string[] | undefined;
}

/** With nothing left open. */
export type FullSelection = { readonly [Part in keyof Selection]-?: NonNullable<Selection[Part]> };

/** What can be used: accounts of these networks that need no reconnecting, unless a share of that request waits for it. */
export interface Usable {
  readonly platforms: readonly PlatformName[];
  readonly waitingFor?: string | undefined;
}

export interface Selected {
  readonly person: { readonly id: string };
  readonly selection: Selection;
  /** Absent: every account can be used. */
  readonly usable?: Usable | undefined;
  /** Only of these; absent: of all. */
  readonly among?: readonly string[] | undefined;
}

/** Whether it names more than single accounts. */
export function namesMany({ groupIds = [], requestIds = [], searches = [] }: Selection): boolean {
  return groupIds.length + requestIds.length + searches.length > 0;
}

/** A condition on `social_connections`. */
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
  // Said of these requests once more: left to find out itself, the database reads the shares of everybody.
  return sql`${socialConnections.id} in (select ${connectionId} from ${socialShares}
    where ${isTheirs} and (${status} <> 'cancelled' or ${shareRequestId} not in
      (select ${shareRequestId} from ${socialShares} where ${isTheirs} and ${status} <> 'cancelled')))`;
}

/** The accounts themselves, in the order of their ids. */
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

/** Of these ids: those that a group, a request or a search among it has. */
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
