/** Named groups of accounts that a person shares to together. */
import { and, asc, count, eq, isNull, sql } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import { preparedOnce } from "../database/prepared.ts";
import { accountGroupMembers, accountGroups, socialConnections } from "../database/schema.ts";
import { isUsable, type Usable } from "./selection.ts";

export interface AccountGroup {
  readonly id: string;
  readonly name: string;
  /** Only accounts that are still connected. */
  readonly connectionIds: readonly string[];
}

export interface GroupsRuntime {
  readonly database: Database;
  now(): Date;
}

const statements = preparedOnce((database) => ({
  list: database
    .select({
      id: accountGroups.id,
      name: accountGroups.name,
      connectionId: accountGroupMembers.connectionId,
    })
    .from(accountGroups)
    .innerJoin(accountGroupMembers, eq(accountGroupMembers.groupId, accountGroups.id))
    .innerJoin(
      socialConnections,
      and(eq(socialConnections.id, accountGroupMembers.connectionId), isNull(socialConnections.revokedAt)),
    )
    .where(eq(accountGroups.userId, sql.placeholder("person")))
    .orderBy(asc(accountGroups.name))
    .prepare("list_groups"),
}));

/** A person's groups by name, without those whose accounts are all disconnected. */
export async function listGroups(
  { database }: Pick<GroupsRuntime, "database">,
  person: { readonly id: string },
): Promise<AccountGroup[]> {
  const rows = await statements(database).list.execute({ person: person.id });
  const groups = new Map<string, { id: string; name: string; connectionIds: string[] }>();
  for (const { id, name, connectionId } of rows) {
    const group = groups.get(id) ?? { id, name, connectionIds: [] };
    group.connectionIds.push(connectionId);
    groups.set(id, group);
  }
  return [...groups.values()];
}

export interface GroupSize {
  readonly id: string;
  readonly name: string;
  /** How many accounts are still connected. */
  readonly accounts: number;
  /** Those of them that can be used. */
  readonly usable: number;
}

/** The same groups as `listGroups`, with counts instead of ids. */
export async function listGroupSizes(
  { database }: { readonly database: Queryable },
  person: { readonly id: string },
  usable?: Usable,
): Promise<GroupSize[]> {
  const works = (usable && isUsable(person, usable)) ?? sql`true`;
  return await database
    .select({
      id: accountGroups.id,
      name: accountGroups.name,
      accounts: count(),
      usable: sql<number>`(count(*) filter (where ${works}))::integer`,
    })
    .from(accountGroups)
    .innerJoin(accountGroupMembers, eq(accountGroupMembers.groupId, accountGroups.id))
    .innerJoin(
      socialConnections,
      and(eq(socialConnections.id, accountGroupMembers.connectionId), isNull(socialConnections.revokedAt)),
    )
    .where(eq(accountGroups.userId, person.id))
    .groupBy(accountGroups.id)
    .orderBy(asc(accountGroups.name));
}

/** The name of a person's group; undefined if there is no such group. */
export async function findGroup(
  { database }: Pick<GroupsRuntime, "database">,
  person: { readonly id: string },
  id: string,
): Promise<string | undefined> {
  const [group] = await database
    .select({ name: accountGroups.name })
    .from(accountGroups)
    .where(and(eq(accountGroups.id, id), eq(accountGroups.userId, person.id)));
  return group?.name;
}
