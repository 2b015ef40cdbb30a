/**
 * Links to choose a new password. Only a person's newest link works, once, and only while their address and
 * password stay the same.
 */
import { and, eq, gt } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "../../database/open.ts";
import { credentials, users, verifications } from "../../database/schema.ts";
import { PASSWORD_RESET_MINUTES } from "../mail/letters.ts";
import type { PeopleRuntime } from "../people.ts";
import { hashSecret, makeSecret } from "../secrets.ts";

/** better-auth's name for a password credential. */
export const PASSWORD = "credential";

const PREFIX = "reset-password:";

/** Whose password a link resets, and what that person's address and password were when it was made. */
const resetShape = z.object({
  userId: z.string(),
  email: z.string(),
  /** SHA-256 of the password's hash; null: there was no password. */
  print: z.string().nullable(),
});
const valueShape = z.string().transform((text) => resetShape.parse(JSON.parse(text)));
type ResetValue = z.infer<typeof resetShape>;

/** The person whose password a link resets. */
export interface Reset {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly isBlocked: boolean;
}

type Parts = Pick<PeopleRuntime, "database" | "now">;

/** Creates a link that replaces the person's previous one. @returns its secret */
export async function makeResetToken({ database, now }: Parts, userId: string): Promise<string> {
  const token = makeSecret();
  await database.transaction(async (transaction) => {
    const meant = await readInForce(transaction, userId);
    if (meant === undefined) return;
    const link = {
      identifier: PREFIX + hashSecret(token),
      value: JSON.stringify(meant),
      expiresAt: new Date(now().getTime() + PASSWORD_RESET_MINUTES * 60_000),
    };
    await transaction
      .insert(verifications)
      .values({ id: PREFIX + userId, ...link })
      .onConflictDoUpdate({ target: verifications.id, set: link });
  });
  return token;
}

/** The person whose password a link resets, as long as it is valid. Reading does not use it up. */
export async function readPasswordReset({ database, now }: Parts, token: string): Promise<Reset | undefined> {
  const [link] = await database.select().from(verifications).where(isOpen(token, now()));
  const meant = await checkCurrent(database, link?.value);
  if (meant === undefined) return undefined;
  const [person] = await database
    .select({ name: users.name, blockedAt: users.blockedAt })
    .from(users)
    .where(eq(users.id, meant.userId));
  const { userId, email } = meant;
  return person && { userId, email, name: person.name, isBlocked: person.blockedAt !== null };
}

/** Uses a link up; of several requests at once only one succeeds. @returns the id of the person, or undefined */
export async function useResetToken(
  transaction: Queryable,
  token: string,
  now: Date,
): Promise<string | undefined> {
  const [link] = await transaction.delete(verifications).where(isOpen(token, now)).returning();
  return (await checkCurrent(transaction, link?.value))?.userId;
}

function isOpen(token: string, now: Date) {
  return and(eq(verifications.identifier, PREFIX + hashSecret(token)), gt(verifications.expiresAt, now));
}

async function checkCurrent(database: Queryable, value: string | undefined): Promise<ResetValue | undefined> {
  if (value === undefined) return undefined;
  const meant = valueShape.parse(value);
  const inForce = await readInForce(database, meant.userId);
  return inForce?.email === meant.email && inForce.print === meant.print ? meant : undefined;
}

/** Reads address and password, locking the person's row so that neither changes during the transaction. */
async function readInForce(database: Queryable, userId: string): Promise<ResetValue | undefined> {
  const [person] = await database
    .select({ email: users.email })
    .from(users)
    .where(eq(users.id, userId))
    .for("update");
  if (person === undefined) return undefined;
  const [found] = await database
    .select({ password: credentials.password })
    .from(credentials)
    .where(and(eq(credentials.userId, userId), eq(credentials.providerId, PASSWORD)));
  return { userId, email: person.email, print: found?.password ? hashSecret(found.password) : null };
}
