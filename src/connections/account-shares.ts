/** What happens to the shares of an account that is disconnected or works again. `sharing/` provides it, because this folder does not know shares. */
import { eq, inArray } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections, users } from "../database/schema.ts";

export interface AccountShares {
  /** Ends the shares of accounts that are disconnected. Nothing more is sent; what may be posted is left to the person. */
  end(transaction: Queryable, connectionIds: readonly string[], at: Date): Promise<void>;
  /** Does the same, and forgets where the posts are. */
  forget(transaction: Queryable, connectionIds: readonly string[], at: Date): Promise<void>;
  /** Releases the shares that waited for these accounts to work again. Locks the rows of their people before those of the accounts. */
  release(transaction: Queryable, connectionIds: readonly string[], at: Date): Promise<void>;
}

/** Locks the row of an account's person, which is always locked before the account. Call it first if the account is written before `release`. */
export async function lockOwner(transaction: Queryable, connectionId: string): Promise<void> {
  const owner = transaction
    .select({ id: socialConnections.userId })
    .from(socialConnections)
    .where(eq(socialConnections.id, connectionId));
  await transaction.select({ id: users.id }).from(users).where(inArray(users.id, owner)).for("share");
}
