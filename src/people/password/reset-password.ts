/** Resets a password by an emailed link. This ends all sessions. */
import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { credentials } from "../../database/schema.ts";
import { recordEvent } from "../audit.ts";
import { endAllAccess, lockPerson } from "../ending.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import { postLetter } from "../mail/send-letters.ts";
import { IS_BLOCKED, LINK_OVER, type PeopleRuntime, type Refusal, type Visitor } from "../people.ts";
import { endPasskeys } from "../second-factor/passkeys.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { prepareProof, proveAddress } from "../sign-up/address-proof.ts";
import { PASSWORD, readPasswordReset, useResetToken } from "./password-links.ts";
import { ownWords, refuseWeak, type WeakPassword } from "./password-strength.ts";

/**
 * Mails a link to choose a new password. Takes the same time and answers the same for every address; only
 * people with an account get a letter.
 */
export async function sendPasswordReset(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { email, next }: { email: string; next: string },
): Promise<Refusal | undefined> {
  const wait = await holdBack(runtime, "password-reset", visitor, { mail: email });
  if (wait !== undefined) return wait;
  await postLetter(runtime, { kind: "password-reset", to: email, next });
  return undefined;
}

export interface NewPassword {
  readonly token: string;
  readonly newPassword: string;
  /** Ids of passkeys that the person does not know or no longer has. */
  readonly endedPasskeys?: readonly string[];
}

/** Sets a new password by an emailed link, without signing anybody in. @returns why it was not set, or undefined */
export async function resetPassword(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { token, newPassword, endedPasskeys = [] }: NewPassword,
): Promise<Refusal | WeakPassword | undefined> {
  const { database, now, people } = runtime;
  const { ipAddress } = visitor;
  const wait = await holdBack(runtime, "link-use", visitor);
  if (wait !== undefined) return wait;
  const over = () => {
    people.refusals.record({ action: "person.link-failed", ipAddress });
    return { problem: LINK_OVER };
  };
  const reset = await readPasswordReset(runtime, token);
  if (reset === undefined) return over();
  if (reset.isBlocked) return { problem: IS_BLOCKED };
  const weak = await refuseWeak(newPassword, ownWords(runtime, reset));
  if (weak !== undefined) return weak;
  // The link was emailed to the address or handed over by the operator, so it proves the address.
  const proof = await prepareProof(runtime, visitor, reset.email);
  const { password: passwords } = await (await people.auth()).context;
  const password = await passwords.hash(newPassword);
  const changed = await database.transaction(async (transaction) => {
    await lockPerson(transaction, reset.userId);
    const linked = await useResetToken(transaction, token, now());
    if (linked === undefined) return undefined;
    const userId =
      proof === undefined ? linked : await proveAddress(runtime, transaction, proof, { ipAddress });
    await setPassword(transaction, userId, password);
    await endPasskeys(transaction, { userId, ipAddress }, endedPasskeys);
    await endAllAccess(transaction, userId, now());
    await recordEvent(transaction, { userId, action: "person.password-reset", subject: userId, ipAddress });
    return userId;
  });
  if (changed === undefined) return over();
  mailSecurityEvent(runtime, visitor, { userId: changed, event: "person.password-reset" });
  return undefined;
}

async function setPassword(transaction: Queryable, userId: string, password: string): Promise<void> {
  const changed = await transaction
    .update(credentials)
    .set({ password })
    .where(and(eq(credentials.userId, userId), eq(credentials.providerId, PASSWORD)))
    .returning({ id: credentials.id });
  if (changed.length > 0) return;
  const first = { id: randomUUID(), accountId: userId, providerId: PASSWORD, userId, password };
  await transaction.insert(credentials).values(first);
}
