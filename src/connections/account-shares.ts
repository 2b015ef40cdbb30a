/** What the end and the return of an account mean for its shares. This folder knows nothing of shares: it is given what moves them. */
import { eq, inArray } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections, users } from "../database/schema.ts";

export interface AccountShares {
  /** The accounts are disconnected: nothing more of theirs is sent, and what may be out is left to its person. */
  end(transaction: Queryable, connectionIds: readonly string[], at: Date): Promise<void>;
  /** The same, and where their posts are is forgotten. */
  forget(transaction: Queryable, connectionIds: readonly string[], at: Date): Promise<void>;
  /** The accounts work again: what waited for that goes on. Takes the rows of their people before those of the accounts. */
  release(transaction: Queryable, connectionIds: readonly string[], at: Date): Promise<void>;
}

/** Locks the row of an account's person: before its own row, as everywhere. Needed before `release` where the account is written first. */
export async function lockOwner(transaction: Queryable, connectionId: string): Promise<void> {
  const owner = transaction
    .select({ id: socialConnections.userId })
    .from(socialConnections)
    .where(eq(socialConnections.id, connectionId));
  await transaction.select({ id: users.id }).from(users).where(inArray(users.id, owner)).for("share");
}
