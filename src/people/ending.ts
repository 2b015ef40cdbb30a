/** Ends sessions and everything else by which somebody could be signed in. */
import { eq, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { pendingSignIns, sessions, trustedBrowsers, users, verifications } from "../database/schema.ts";
import { dropLinks } from "./mail/outbox.ts";
import { forgetBrowsers } from "./sign-in/known-browsers.ts";

/**
 * Ends every session of a person and everything that could start one without a new proof, including what
 * depends on a session, such as a flow at a network, and what is under way (`isAccessCurrent`). Call it before
 * the address changes, since open links are found by the address.
 * @returns how often this person's access has been ended by now
 */
export async function endAllAccess(transaction: Queryable, personId: string, now: Date): Promise<number> {
  const endings = await endSessions(transaction, personId);
  await endPendingAccess(transaction, personId, now);
  return endings;
}

/** Ends a person's sessions and forgets their known, trusted and half signed-in browsers. @returns as `endAllAccess` */
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

/** A person and how often their access had been ended when something began. */
export interface AccessState {
  readonly id: string;
  readonly accessEndings: number;
}

/** How often a person's access has been ended so far; undefined if there is no such person. */
export async function countEndings(database: Queryable, personId: string): Promise<number | undefined> {
  const [person] = await database
    .select({ accessEndings: users.accessEndings })
    .from(users)
    .where(eq(users.id, personId));
  return person?.accessEndings;
}

/** Locks a person's row. Take it before any other row of theirs, as `endSessions` does. */
export async function lockPerson(transaction: Queryable, personId: string): Promise<void> {
  await transaction.select({ id: users.id }).from(users).where(eq(users.id, personId)).for("update");
}

/**
 * Whether a person's access has not been ended since. Locks their row, so that an ending waits for this
 * transaction and then finds what was begun. Call it before any other row of theirs is touched.
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

/**
 * Ends what could start a session, but not the sessions: trusted browsers, sign-ins that wait for a code, and
 * emailed links.
 */
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

/** Deletes the links that belong to an account. A sign-in link belongs to an address, whoever has it by then. */
export async function endLinks(transaction: Queryable, personId: string): Promise<void> {
  await transaction.delete(verifications).where(startsWith({ userId: personId }));
}

/** Links that change an address or a password begin their JSON with the person's id, sign-in links with the address. */
function startsWith(first: Readonly<Record<string, string>>): SQL {
  const beginning = JSON.stringify(first).slice(0, -1);
  return sql`left(${verifications.value}, length(${beginning}::text)) = ${beginning}`;
}
