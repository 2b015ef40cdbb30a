/** Accounts that a person shares to together, under a name of theirs. */
import { and, asc, count, eq, inArray, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import { accountGroupMembers, accountGroups, socialConnections } from "../database/schema.ts";
import { say, type Told } from "../words/words.ts";

export interface AccountGroup {
  readonly id: string;
  readonly name: string;
  /** Of those that are still connected. */
  readonly connectionIds: readonly string[];
}

/** More than anybody tells apart. */
const MOST = 30;

export const groupShape = z.object({
  name: z
    .string()
    .trim()
    .min(1, say("Give the group a name."))
    .max(60, say("Use at most 60 characters for the name.")),
  connectionIds: z.array(z.uuid()).min(1, say("Choose at least one account for the group.")),
});
export type GroupDraft = z.infer<typeof groupShape>;

interface GroupsRuntime {
  readonly database: Database;
}

/** By name; without those whose accounts are all gone. */
export async function listGroups(
  { database }: GroupsRuntime,
  person: { readonly id: string },
): Promise<AccountGroup[]> {
  const rows = await database
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
    .where(eq(accountGroups.userId, person.id))
    .orderBy(asc(accountGroups.name));
  const groups = new Map<string, { id: string; name: string; connectionIds: string[] }>();
  for (const { id, name, connectionId } of rows) {
    const group = groups.get(id) ?? { id, name, connectionIds: [] };
    group.connectionIds.push(connectionId);
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** A group of that name gets these accounts in the place of its own. @returns why it is not kept, or undefined */
export async function keepGroup(
  { database }: GroupsRuntime,
  person: { readonly id: string },
  { name, connectionIds }: GroupDraft,
): Promise<Told | undefined> {
  return await database.transaction(async (transaction) => {
    const mine = await transaction
      .select({ id: socialConnections.id })
      .from(socialConnections)
      .where(
        and(
          inArray(socialConnections.id, connectionIds),
          eq(socialConnections.userId, person.id),
          isNull(socialConnections.revokedAt),
        ),
      );
    if (mine.length === 0) return say("Choose at least one account for the group.");
    const [known] = await transaction
      .select({ number: count() })
      .from(accountGroups)
      .where(eq(accountGroups.userId, person.id));
    if ((known?.number ?? 0) >= MOST)
      return say("There are {most} groups already: delete one first.", { most: MOST });
    const [group] = await transaction
      .insert(accountGroups)
      .values({ userId: person.id, name })
      .onConflictDoUpdate({ target: [accountGroups.userId, accountGroups.name], set: { name } })
      .returning({ id: accountGroups.id });
    if (group === undefined) throw new Error("A group was not kept.");
    await transaction.delete(accountGroupMembers).where(eq(accountGroupMembers.groupId, group.id));
    await transaction
      .insert(accountGroupMembers)
      .values(mine.map(({ id }) => ({ groupId: group.id, connectionId: id })));
    return undefined;
  });
}

export async function deleteGroup(
  { database }: GroupsRuntime,
  person: { readonly id: string },
  id: string,
): Promise<"deleted" | "not-found"> {
  const deleted = await database
    .delete(accountGroups)
    .where(and(eq(accountGroups.id, id), eq(accountGroups.userId, person.id)))
    .returning({ id: accountGroups.id });
  return deleted.length === 0 ? "not-found" : "deleted";
}
