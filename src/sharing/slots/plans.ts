/** Weekly plans: the times at which a person wants to share to a group of accounts, or to any accounts. */
import { and, asc, eq, isNull } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { accountGroups, shareSlots } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { say, type Told } from "../../words/words.ts";

/** A time of the week in the person's time zone. */
export interface Slot {
  /** From 1 for Monday to 7 for Sunday. */
  readonly weekday: number;
  /** "09:00" */
  readonly time: string;
}

export interface Plan {
  /** Undefined: the plan for shares to any accounts. */
  readonly groupId: string | undefined;
  /** The group's name. */
  readonly name: string | undefined;
  /** At least one, in the order of the week. */
  readonly slots: readonly Slot[];
}

/** Slots of one plan; more would be one every quarter of an hour in business hours. */
const MOST_SLOTS = 150;

/** Lists a person's plans that have slots: first the one for any accounts, then by the groups' names. */
export async function listPlans(
  { database }: { readonly database: Queryable },
  person: { readonly id: string },
): Promise<Plan[]> {
  const rows = await database
    .select({
      groupId: shareSlots.groupId,
      name: accountGroups.name,
      weekday: shareSlots.weekday,
      time: shareSlots.time,
    })
    .from(shareSlots)
    .leftJoin(accountGroups, eq(accountGroups.id, shareSlots.groupId))
    .where(eq(shareSlots.userId, person.id))
    .orderBy(asc(accountGroups.name), asc(shareSlots.weekday), asc(shareSlots.time));
  const plans = [...Map.groupBy(rows, ({ groupId }) => groupId)].map(([groupId, slots]) => ({
    groupId: groupId ?? undefined,
    name: slots[0]?.name ?? undefined,
    slots: slots.map(({ weekday, time }) => ({ weekday, time })),
  }));
  return plans.toSorted((one, other) => Number(one.name !== undefined) - Number(other.name !== undefined));
}

/** Returns the slots of one plan. @param groupId undefined: of the plan for any accounts */
export async function findSlots(
  { database }: { readonly database: Queryable },
  person: { readonly id: string },
  groupId: string | undefined,
): Promise<Slot[]> {
  return await database
    .select({ weekday: shareSlots.weekday, time: shareSlots.time })
    .from(shareSlots)
    .where(isOfPlan(person, groupId))
    .orderBy(asc(shareSlots.weekday), asc(shareSlots.time));
}

/** Adds a time to a plan, on several days of the week at once. @returns why nothing was added, or undefined @throws {Barred} */
export async function addSlots(
  { database }: { readonly database: Database },
  person: { readonly id: string },
  groupId: string | undefined,
  { weekdays, time }: { readonly weekdays: readonly number[]; readonly time: string },
): Promise<Told | undefined> {
  return await actAs({ database }, person, async (transaction) => {
    if (groupId !== undefined && !(await hasGroup(transaction, person, groupId)))
      return say("This group no longer exists. Create a new one.");
    const known = await findSlots({ database: transaction }, person, groupId);
    const added = weekdays.filter(
      (weekday) => !known.some((slot) => slot.weekday === weekday && slot.time === time),
    );
    if (added.length === 0) return undefined;
    if (known.length + added.length > MOST_SLOTS)
      return say("A plan holds at most {most, number} times a week. Remove one first.", { most: MOST_SLOTS });
    await transaction
      .insert(shareSlots)
      .values(added.map((weekday) => ({ userId: person.id, groupId: groupId ?? null, weekday, time })));
    return undefined;
  });
}

/** Removes a time from a plan. What is scheduled at it stays scheduled. @throws {Barred} */
export async function removeSlot(
  { database }: { readonly database: Database },
  person: { readonly id: string },
  groupId: string | undefined,
  { weekday, time }: Slot,
): Promise<void> {
  await actAs({ database }, person, (transaction) =>
    transaction
      .delete(shareSlots)
      .where(and(isOfPlan(person, groupId), eq(shareSlots.weekday, weekday), eq(shareSlots.time, time))),
  );
}

function isOfPlan(person: { readonly id: string }, groupId: string | undefined) {
  const isTheirs = eq(shareSlots.userId, person.id);
  return and(isTheirs, groupId === undefined ? isNull(shareSlots.groupId) : eq(shareSlots.groupId, groupId));
}

async function hasGroup(
  transaction: Queryable,
  person: { readonly id: string },
  groupId: string,
): Promise<boolean> {
  const [group] = await transaction
    .select({ id: accountGroups.id })
    .from(accountGroups)
    .where(and(eq(accountGroups.id, groupId), eq(accountGroups.userId, person.id)));
  return group !== undefined;
}
