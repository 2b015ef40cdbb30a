/** Sign-ins that wait for a code, and trusted browsers, which are not asked for one. */
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { pendingSignIns, sessions, trustedBrowsers } from "../../database/schema.ts";
import { type AccessState, isAccessCurrent } from "../ending.ts";
import type { PeopleParts } from "../people.ts";
import { hashSecret, makeSecret } from "../secrets.ts";

type Parts = Pick<PeopleParts, "now"> & { readonly database: Queryable };

/** Names for better-auth's `createAuthCookie`, which adds our prefix. */
export const PENDING_COOKIE = "two_factor";
export const TRUST_COOKIE = "trust_device";

/** How long a sign-in waits for a code. */
export const PENDING_MINUTES = 10;

/** How long a trusted browser is not asked for codes. */
export const TRUST_DAYS = 30;
/** Attempts after one first step. */
const MOST_TRIES = 5;

/**
 * Stores that somebody has completed the first step.
 * @param begun the person as they were when the password was checked
 * @returns the secret for the browser's cookie; undefined when all access was ended since
 */
export async function holdSignIn({ database, now }: Parts, begun: AccessState): Promise<string | undefined> {
  const secret = makeSecret();
  const expiresAt = new Date(now().getTime() + PENDING_MINUTES * 60_000);
  return await database.transaction(async (transaction) => {
    if (!(await isAccessCurrent(transaction, begun, "share"))) return undefined;
    await transaction
      .insert(pendingSignIns)
      .values({ tokenHash: hashSecret(secret), userId: begun.id, expiresAt });
    return secret;
  });
}

/**
 * Counts an attempt to enter a code.
 * @returns the person's id; undefined when no sign-in waits or all attempts are used
 */
export async function tryPending({ database, now }: Parts, secret: string): Promise<string | undefined> {
  const [pending] = await database
    .update(pendingSignIns)
    .set({ tries: sql`${pendingSignIns.tries} + 1` })
    .where(
      and(
        eq(pendingSignIns.tokenHash, hashSecret(secret)),
        gt(pendingSignIns.expiresAt, now()),
        lt(pendingSignIns.tries, MOST_TRIES),
      ),
    )
    .returning({ userId: pendingSignIns.userId });
  return pending?.userId;
}

/**
 * Uses up the waiting sign-in; of several requests at once only one succeeds.
 * @returns false when there is none left
 */
export async function takePending({ database }: Pick<Parts, "database">, secret: string): Promise<boolean> {
  const taken = await database
    .delete(pendingSignIns)
    .where(eq(pendingSignIns.tokenHash, hashSecret(secret)))
    .returning({ userId: pendingSignIns.userId });
  return taken.length > 0;
}

/** Trusts a browser. @returns the secret for its cookie */
export async function trustBrowser(
  { database, now }: Parts,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<string> {
  const secret = makeSecret();
  const expiresAt = new Date(now().getTime() + TRUST_DAYS * 86_400_000);
  await database
    .insert(trustedBrowsers)
    .values({ tokenHash: hashSecret(secret), userId, sessionId, expiresAt });
  return secret;
}

/** Makes a session that needed no code count as not proved, so that sensitive changes ask for a proof. */
export async function expireProof({ database }: Pick<Parts, "database">, sessionId: string): Promise<void> {
  await database
    .update(sessions)
    .set({ provedAt: new Date(0) })
    .where(eq(sessions.id, sessionId));
}

/**
 * Uses the trust of a browser and ties it to its current session: ending that session from elsewhere ends both.
 * @returns false when the browser is not trusted
 */
export async function useTrust(
  { database, now }: Parts,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  secret: string,
): Promise<boolean> {
  const found = await database
    .update(trustedBrowsers)
    .set({ sessionId })
    .where(
      and(
        eq(trustedBrowsers.tokenHash, hashSecret(secret)),
        eq(trustedBrowsers.userId, userId),
        gt(trustedBrowsers.expiresAt, now()),
      ),
    )
    .returning({ userId: trustedBrowsers.userId });
  return found.length > 0;
}
