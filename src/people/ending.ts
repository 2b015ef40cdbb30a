/** What ends when somebody is signed out everywhere, or changes how they prove who they are. */
import { eq, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { pendingSignIns, sessions, trustedBrowsers, users, verifications } from "../database/schema.ts";
import { dropLinks } from "./mail/outbox.ts";
import { forgetBrowsers } from "./sign-in/known-browsers.ts";

/**
 * Ends every session of a person, and all by which one could begin without a new proof. What waits for a session, as a
 * network's answer does, ends with it, and what is under way to one (`isAccessCurrent`). Call it before the address changes:
 * open links are found by it.
 * @returns how often it happened by now
 */
export async function endAllAccess(transaction: Queryable, personId: string, now: Date): Promise<number> {
  const endings = await endSessions(transaction, personId);
  await endPendingAccess(transaction, personId, now);
  return endings;
}

/** With what makes a browser known, trusted or half signed in. @returns as `endAllAccess` */
export async function endSessions(transaction: Queryable, personId: string): Promise<number> {
  const [person] = await transaction
    .update(users)
    .set({ accessEndings: sql`${users.accessEndings} + 1` })
    .where(eq(users.id, personId))
    .returning({ accessEndings: users.accessEndings });
  await transaction.delete(sessions).where(eq(sessions.userId, personId));
  await forgetBrowsers(transaction, personId);
  await forgetTrust(transaction, personId);
  return person?.accessEndings ?? 0;
}

/** Somebody as they were when something of theirs began. */
export interface AccessState {
  readonly id: string;
  readonly accessEndings: number;
}

/** How often it happened to a person so far. */
export async function countEndings(database: Queryable, personId: string): Promise<number | undefined> {
  const [person] = await database
    .select({ accessEndings: users.accessEndings })
    .from(users)
    .where(eq(users.id, personId));
  return person?.accessEndings;
}

/** Before any other row of theirs is touched, as an ending does it. */
export async function lockPerson(transaction: Queryable, personId: string): Promise<void> {
  await transaction.select({ id: users.id }).from(users).where(eq(users.id, personId)).for("update");
}

/**
 * Whether nothing ended all access of a person since. Until the transaction is over nothing does: an ending waits, and
 * finds what was begun. Ask it before the rows of theirs are touched, as an ending takes them in this order.
 */
export async function isAccessCurrent(
  transaction: Queryable,
  { id, accessEndings }: AccessState,
  strength: "update" | "share" = "update",
): Promise<boolean> {
  const [person] = await transaction
    .select({ accessEndings: users.accessEndings })
    .from(users)
    .where(eq(users.id, id))
    .for(strength);
  return person?.accessEndings === accessEndings;
}

/** The same without the sessions: trusted browsers, sign-ins that wait for a code, and links that were mailed. */
export async function endPendingAccess(transaction: Queryable, personId: string, now: Date): Promise<void> {
  await forgetTrust(transaction, personId);
  await endLinks(transaction, personId);
  const [person] = await transaction.select({ email: users.email }).from(users).where(eq(users.id, personId));
  if (person === undefined) return;
  await transaction.delete(verifications).where(startsWith({ email: person.email }));
  await dropLinks(transaction, person.email, now);
}

async function forgetTrust(transaction: Queryable, personId: string): Promise<void> {
  await transaction.delete(trustedBrowsers).where(eq(trustedBrowsers.userId, personId));
  await transaction.delete(pendingSignIns).where(eq(pendingSignIns.userId, personId));
}

/** Links that name their account; a link to sign in names the address alone, whosever account that is by then. */
export async function endLinks(transaction: Queryable, personId: string): Promise<void> {
  await transaction.delete(verifications).where(startsWith({ userId: personId }));
}

/** Changes of address and of a password keep whose they are as the first thing of their JSON, a sign-in link its address. */
function startsWith(first: Readonly<Record<string, string>>): SQL {
  const beginning = JSON.stringify(first).slice(0, -1);
  return sql`left(${verifications.value}, length(${beginning}::text)) = ${beginning}`;
}
