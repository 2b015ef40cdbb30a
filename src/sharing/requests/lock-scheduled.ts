/** Locks a scheduled request so that it can be changed or moved before any of its shares begins. */
import { and, asc, eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import type { OptionValues } from "../../platforms/platform.ts";

interface ScheduledShare {
  readonly id: string;
  readonly connectionId: string;
  readonly options: OptionValues;
}

/**
 * Locks the shares of a request, so that none of them begins meanwhile.
 * @returns those that are scheduled; or why the request cannot be changed: one of them has begun or is over, or there is no such request
 */
export async function lockScheduled(
  transaction: Queryable,
  person: { readonly id: string },
  requestId: string,
): Promise<readonly ScheduledShare[] | "too-late" | "not-found"> {
  const { id, status, connectionId, options, shareRequestId, userId } = socialShares;
  const rows = await transaction
    .select({ id, status, connectionId, options })
    .from(socialShares)
    .where(and(eq(shareRequestId, requestId), eq(userId, person.id)))
    .orderBy(asc(id))
    .for("no key update");
  if (rows.length === 0) return "not-found";
  const scheduled = rows.filter((row) => row.status === "scheduled");
  const isUntouched = rows.every((row) => row.status === "scheduled" || row.status === "cancelled");
  return isUntouched && scheduled.length > 0 ? scheduled : "too-late";
}
