/** The templates of a person's accounts and groups: what their posts say around a message, or without one. */
import { and, asc, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import { accountGroups, postTemplates, socialConnections } from "../database/schema.ts";
import { actAs } from "../people/acting.ts";

/** An account or a group. */
export type TemplateOwner = { readonly connectionId: string } | { readonly groupId: string };

/** The template of the account in this row: its own, otherwise that of the first of its groups, by name, that has one. */
export const templateOfRow: SQL<string | null> = sql`coalesce(
  (select t.text from post_templates t
    where t.connection_id = "social_connections"."id" and t.user_id = "social_connections"."user_id"),
  (select t.text from account_group_members m
    inner join account_groups g on g.id = m.group_id and g.user_id = "social_connections"."user_id"
    inner join post_templates t on t.group_id = g.id
    where m.connection_id = "social_connections"."id" order by g.name limit 1))`;

/** Whether the person has any template: most people have none, and then nothing more is asked. */
export async function hasTemplates(database: Queryable, person: { readonly id: string }): Promise<boolean> {
  const found = await database
    .select({ id: postTemplates.id })
    .from(postTemplates)
    .where(eq(postTemplates.userId, person.id))
    .limit(1);
  return found.length > 0;
}

/** Returns by connection id the template that applies to the account. Accounts without one are absent. */
export async function findTemplates(
  database: Queryable,
  person: { readonly id: string },
  connections: readonly { readonly id: string }[],
): Promise<Map<string, string>> {
  if (connections.length === 0 || !(await hasTemplates(database, person))) return new Map();
  const ids = connections.map(({ id }) => id);
  const rows = await database
    .select({ id: socialConnections.id, template: templateOfRow })
    .from(socialConnections)
    .where(and(eq(socialConnections.userId, person.id), inArray(socialConnections.id, ids)));
  return new Map(rows.flatMap(({ id, template }) => (template === null ? [] : [[id, template]])));
}

/** The template of one account or group itself; empty if there is none. */
export async function findTemplate(
  { database }: { readonly database: Queryable },
  person: { readonly id: string },
  owner: TemplateOwner,
): Promise<string> {
  const [found] = await database
    .select({ text: postTemplates.text })
    .from(postTemplates)
    .where(isOf(person, owner));
  return found?.text ?? "";
}

/**
 * Keeps the template of an account or a group; an empty one removes it.
 * @returns false if the person has no such account or group
 * @throws {Barred}
 */
export async function keepTemplate(
  { database }: { readonly database: Database },
  person: { readonly id: string },
  owner: TemplateOwner,
  text: string,
): Promise<boolean> {
  return await actAs({ database }, person, async (transaction) => {
    if (!(await has(transaction, person, owner))) return false;
    await transaction.delete(postTemplates).where(isOf(person, owner));
    if (text !== "") await transaction.insert(postTemplates).values({ userId: person.id, ...owner, text });
    return true;
  });
}

/** All templates of a person, with the names of their groups. */
export async function listTemplates(
  { database }: { readonly database: Queryable },
  person: { readonly id: string },
): Promise<{ connectionId: string | null; group: string | null; text: string }[]> {
  return await database
    .select({
      connectionId: postTemplates.connectionId,
      group: accountGroups.name,
      text: postTemplates.text,
    })
    .from(postTemplates)
    .leftJoin(accountGroups, eq(accountGroups.id, postTemplates.groupId))
    .where(eq(postTemplates.userId, person.id))
    .orderBy(asc(isNotNull(postTemplates.connectionId)), asc(accountGroups.name), asc(postTemplates.id));
}

function isOf(person: { readonly id: string }, owner: TemplateOwner): SQL | undefined {
  const which =
    "groupId" in owner
      ? eq(postTemplates.groupId, owner.groupId)
      : eq(postTemplates.connectionId, owner.connectionId);
  return and(eq(postTemplates.userId, person.id), which);
}

async function has(
  transaction: Queryable,
  person: { readonly id: string },
  owner: TemplateOwner,
): Promise<boolean> {
  const found =
    "groupId" in owner
      ? await transaction
          .select({ id: accountGroups.id })
          .from(accountGroups)
          .where(and(eq(accountGroups.id, owner.groupId), eq(accountGroups.userId, person.id)))
      : await transaction
          .select({ id: socialConnections.id })
          .from(socialConnections)
          .where(and(eq(socialConnections.id, owner.connectionId), eq(socialConnections.userId, person.id)));
  return found.length > 0;
}
