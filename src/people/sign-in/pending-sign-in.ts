/** Between the first proof and the code: a sign-in that waits for it, and browsers that are not asked. */
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { pendingSignIns, sessions, trustedBrowsers } from "../../database/schema.ts";
import { type AccessState, isAccessCurrent } from "../ending.ts";
import type { PeopleParts } from "../people.ts";
import { hashSecret, makeSecret } from "../secrets.ts";

type Parts = Pick<PeopleParts, "now"> & { readonly database: Queryable };

/** As better-auth's `createAuthCookie` names them: with the prefix of ours before it. */
export const PENDING_COOKIE = "two_factor";
export const TRUST_COOKIE = "trust_device";

/** So long a code is waited for after the first proof. */
export const PENDING_MINUTES = 10;

/** A browser that was trusted is not asked for codes for so long. */
export const TRUST_DAYS = 30;
/** Codes that may be tried after one first proof. */
const MOST_TRIES = 5;

/**
 * @param begun whose password was right, as they were then
 * @returns the secret for the browser's cookie: whoever has it may enter the code; undefined: all access was ended since
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

/** Counts one try of a code. @returns whose sign-in waits; undefined: none does, or it had its tries */
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

/** Of several at once one takes it. @returns false when there is nothing left to take */
export async function takePending({ database }: Pick<Parts, "database">, secret: string): Promise<boolean> {
  const taken = await database
    .delete(pendingSignIns)
    .where(eq(pendingSignIns.tokenHash, hashSecret(secret)))
    .returning({ userId: pendingSignIns.userId });
  return taken.length > 0;
}

/** @returns the secret for the browser's cookie */
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

/** A trusted browser is let in without a code, and no further: what asks for a proof asks for one of this session still. */
export async function expireProof({ database }: Pick<Parts, "database">, sessionId: string): Promise<void> {
  await database
    .update(sessions)
    .set({ provedAt: new Date(0) })
    .where(eq(sessions.id, sessionId));
}

/** The trust goes with the session that the browser has now: who ends that one from afar ends both. @returns false where there is none */
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
