/** Creates, changes and deletes groups of accounts. */
import { and, eq, inArray, ne, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "../database/open.ts";
import { accountGroupMembers, accountGroups, socialConnections } from "../database/schema.ts";
import { actAs } from "../people/acting.ts";
import { tidyName } from "../words/names.ts";
import { say, type Told } from "../words/words.ts";
import { writtenLine } from "../words/written.ts";
import type { GroupsRuntime } from "./groups.ts";
import { isSelected, type Selection } from "./selection.ts";

/** The maximum number of groups for one person. */
const MOST = 100;
const LONGEST_NAME = 60;

export const groupName = z
  .string()
  .overwrite(writtenLine)
  .trim()
  .min(1, say("Give the group a name."))
  .max(LONGEST_NAME, say("Use at most 60 characters for the name."))
  .transform((name) => tidyName(name, LONGEST_NAME))
  .pipe(z.string().min(1, say("Give the group a name.")));

export interface GroupDraft extends Selection {
  readonly name: string;
  /** The group to change; left out: the one with that name, or a new one. */
  readonly id?: string | undefined;
}

/**
 * Replaces the accounts of a group, creating the group where there is none.
 * @returns why nothing was changed, or undefined
 */
export async function keepGroup(
  runtime: GroupsRuntime,
  person: { readonly id: string },
  { name, id, ...selection }: GroupDraft,
): Promise<Told | undefined> {
  return await actAs(runtime, person, async (transaction) => {
    const chosen = await transaction
      .select({ id: socialConnections.id })
      .from(socialConnections)
      .where(isSelected({ person, selection }, runtime.now()));
    if (chosen.length === 0) return say("Choose at least one account for the group.");
    const others = await transaction
      .select({ name: accountGroups.name })
      .from(accountGroups)
      .where(
        and(eq(accountGroups.userId, person.id), id === undefined ? undefined : ne(accountGroups.id, id)),
      );
    if (id !== undefined && others.some((other) => other.name === name))
      return say("You already have another group with this name.");
    if (others.length >= MOST)
      return say("You already have {most} groups. Delete one first.", { most: MOST });
    const groupId = await write(transaction, person, { name, id });
    if (groupId === undefined) return say("This group no longer exists. Create a new one.");
    const ids = chosen.map((connection) => connection.id);
    await transaction
      .delete(accountGroupMembers)
      .where(
        and(eq(accountGroupMembers.groupId, groupId), notInArray(accountGroupMembers.connectionId, ids)),
      );
    await transaction
      .insert(accountGroupMembers)
      .select((query) =>
        query
          .select({
            groupId: sql`${groupId}::uuid`.as(accountGroupMembers.groupId.name),
            connectionId: socialConnections.id,
          })
          .from(socialConnections)
          .where(inArray(socialConnections.id, ids)),
      )
      .onConflictDoNothing();
    return undefined;
  });
}

/** Inserts or renames the group. This locks its row, so that two changes of one group run one after the other. */
async function write(
  transaction: Queryable,
  person: { readonly id: string },
  { name, id }: Pick<GroupDraft, "name" | "id">,
): Promise<string | undefined> {
  const [group] =
    id === undefined
      ? await transaction
          .insert(accountGroups)
          .values({ userId: person.id, name })
          .onConflictDoUpdate({ target: [accountGroups.userId, accountGroups.name], set: { name } })
          .returning({ id: accountGroups.id })
      : await transaction
          .update(accountGroups)
          .set({ name })
          .where(and(eq(accountGroups.id, id), eq(accountGroups.userId, person.id)))
          .returning({ id: accountGroups.id });
  return group?.id;
}

/** Deletes a person's group; its accounts stay connected. */
export async function deleteGroup(
  runtime: Pick<GroupsRuntime, "database">,
  person: { readonly id: string },
  id: string,
): Promise<"deleted" | "not-found"> {
  const deleted = await actAs(runtime, person, (transaction) =>
    transaction
      .delete(accountGroups)
      .where(and(eq(accountGroups.id, id), eq(accountGroups.userId, person.id)))
      .returning({ id: accountGroups.id }),
  );
  return deleted.length === 0 ? "not-found" : "deleted";
}
