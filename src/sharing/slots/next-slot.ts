/** Finds the next time of a weekly plan at which nothing is scheduled yet. */
import { and, eq, exists, gt, inArray, ne, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { accountGroupMembers, shareRequests, socialShares } from "../../database/schema.ts";
import type { SlotChoice } from "../requests/schedule.ts";
import { findSlots, listPlans, type Plan } from "./plans.ts";
import { listMoments } from "./slot-times.ts";

export interface NextSlot extends Pick<Plan, "groupId" | "name"> {
  readonly at: Date;
}

interface SlotsRuntime {
  readonly database: Queryable;
  now(): Date;
}

/** Returns the next free slot of each plan of a person. A plan without a free slot in the next weeks is left out. */
export async function listNextSlots(
  runtime: SlotsRuntime,
  person: { readonly id: string },
  zone: string,
): Promise<NextSlot[]> {
  const plans = await listPlans(runtime, person);
  const found = await Promise.all(
    plans.map(async ({ groupId, name }) => ({
      ...{ groupId, name },
      at: await findNextSlot(runtime, person, { groupId, zone }),
    })),
  );
  return found.flatMap((slot) => (slot.at === undefined ? [] : [{ ...slot, at: slot.at }]));
}

/**
 * Returns the next moment of a plan at which no share to an account of its group is scheduled; undefined if there is none. To take it,
 * call this and schedule the share in one transaction of `actAs`, so that nobody else takes it in between.
 * @param except a request that is about to be moved, and keeps no slot from itself
 */
export async function findNextSlot(
  { database, now }: SlotsRuntime,
  person: { readonly id: string },
  { groupId, zone }: SlotChoice,
  except?: string,
): Promise<Date | undefined> {
  const slots = await findSlots({ database }, person, groupId);
  if (slots.length === 0) return undefined;
  const members = database
    .select({ id: accountGroupMembers.connectionId })
    .from(accountGroupMembers)
    .where(eq(accountGroupMembers.groupId, groupId ?? sql`null`));
  const waiting = database
    .select({ one: sql`1` })
    .from(socialShares)
    .where(
      and(
        eq(socialShares.shareRequestId, shareRequests.id),
        eq(socialShares.status, "scheduled"),
        groupId === undefined ? undefined : inArray(socialShares.connectionId, members),
      ),
    );
  const rows = await database
    .selectDistinct({ at: shareRequests.scheduledAt })
    .from(shareRequests)
    .where(
      and(
        eq(shareRequests.userId, person.id),
        gt(shareRequests.scheduledAt, now()),
        except === undefined ? undefined : ne(shareRequests.id, except),
        exists(waiting),
      ),
    );
  const taken = new Set(rows.map(({ at }) => at?.getTime()));
  for (const moment of listMoments(slots, zone, now())) if (!taken.has(moment.getTime())) return moment;
  return undefined;
}
