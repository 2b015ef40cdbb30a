/** Checks a code that somebody enters: of their app (RFC 6238), or a recovery code. Each code works once. */
import { timingSafeEqual } from "node:crypto";
import { createOTP } from "@better-auth/utils/otp";
import { and, eq, isNull, lt, lte, or, sql } from "drizzle-orm";
import { recoveryCodes, twoFactors } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import type { PeopleRuntime, Refusal, Visitor } from "../people.ts";
import { hashRecoveryCode, readRecoveryCode } from "./recovery-codes.ts";
import { findSecondFactor, openAppSecret, type SecondFactorRow } from "./second-factor-secrets.ts";

/** The time step X of RFC 6238, section 4, in milliseconds. */
const STEP_MS = 30_000;

/** How many steps a clock may be ahead or behind; RFC 6238, section 5.2 allows one. */
const WINDOW = 1;
/** After this many wrong codes in a row, codes of the app are not checked for a while. */
const MOST_WRONG = 10;
const LOCK_MINUTES = 15;

export const WRONG_CODE = say("This code is wrong. Codes change every 30 seconds: enter the one shown now.");
const USED_CODE = say("This code was already used. Wait until your app shows the next one, and enter that.");
const LOCKED = say("Too many wrong codes. Wait 15 minutes, or enter a recovery code.");
const UNREADABLE = say(
  "We can’t check codes from your app at the moment. Enter a recovery code, or ask the operator of this service to turn off two-step sign-in for you.",
);
const LOST = say(
  "We can no longer check your codes. Ask the operator of this service to turn off two-step sign-in for you.",
);
const NO_RECOVERY_CODE = say("This is not one of your recovery codes, or it was already used.");

/** Checks a code and uses it up. @returns why it is refused, or undefined */
export async function useCode(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { userId, typed }: { readonly userId: string; readonly typed: string },
): Promise<Refusal | undefined> {
  const code = typed.replaceAll(/\s/g, "");
  const factor = await findSecondFactor(runtime, userId);
  if (factor === undefined || !factor.verified) return { problem: WRONG_CODE };
  if (factor.secretEnc === null) return { problem: LOST };
  if (/^\d{6}$/.test(code)) return await useAppCode(runtime, factor, code);
  const refusal = await useRecoveryCode(runtime, factor, code);
  if (refusal !== undefined) return refusal;
  const event = "person.recovery-code-used";
  const { ipAddress } = visitor;
  await recordEvent(runtime.database, { userId, action: event, subject: userId, ipAddress });
  mailSecurityEvent(runtime, visitor, { userId, event });
  return undefined;
}

async function useAppCode(
  runtime: PeopleRuntime,
  factor: SecondFactorRow,
  code: string,
): Promise<Refusal | undefined> {
  const secret = openAppSecret(runtime, factor);
  if (secret === undefined) return { problem: UNREADABLE };
  if (!(await countTry(runtime, factor))) return { problem: LOCKED, waitSeconds: LOCK_MINUTES * 60 };
  const step = await findStep(secret, code, runtime.now());
  if (step === undefined) return { problem: WRONG_CODE };
  const used = await runtime.database
    .update(twoFactors)
    .set({ lastStep: step, failedVerificationCount: 0, lockedUntil: null })
    .where(and(eq(twoFactors.id, factor.id), or(isNull(twoFactors.lastStep), lt(twoFactors.lastStep, step))))
    .returning({ id: twoFactors.id });
  return used.length === 0 ? { problem: USED_CODE } : undefined;
}

/**
 * Counts an attempt before the code is checked, so that parallel attempts get no further than sequential ones.
 * @returns false while codes are locked
 */
async function countTry({ database, now }: PeopleRuntime, { id }: SecondFactorRow): Promise<boolean> {
  const time = now();
  const tries = sql`case when ${twoFactors.lockedUntil} is null then ${twoFactors.failedVerificationCount} + 1 else 1 end`;
  const until = new Date(time.getTime() + LOCK_MINUTES * 60_000).toISOString();
  const counted = await database
    .update(twoFactors)
    .set({
      failedVerificationCount: tries,
      lockedUntil: sql`case when ${tries} >= ${MOST_WRONG} then ${until}::timestamptz end`,
    })
    .where(and(eq(twoFactors.id, id), or(isNull(twoFactors.lockedUntil), lte(twoFactors.lockedUntil, time))))
    .returning({ id: twoFactors.id });
  return counted.length > 0;
}

/** Finds the time step to which a code belongs, trying the newest first; undefined if there is none near `now`. */
export async function findStep(secret: string, code: string, now: Date): Promise<number | undefined> {
  const current = Math.floor(now.getTime() / STEP_MS);
  const app = createOTP(secret);
  for (let step = current + WINDOW; step >= current - WINDOW; step -= 1) {
    const expected = await app.hotp(step);
    if (code.length === expected.length && timingSafeEqual(Buffer.from(code), Buffer.from(expected)))
      return step;
  }
  return undefined;
}

/**
 * Recovery codes are not locked: nobody can guess one, and somebody who knows only the password can lock the
 * owner out of the app's codes.
 */
async function useRecoveryCode(
  { database }: PeopleRuntime,
  { userId, recoverySalt }: SecondFactorRow,
  code: string,
): Promise<Refusal | undefined> {
  if (recoverySalt === null) return { problem: NO_RECOVERY_CODE };
  const codeHash = await hashRecoveryCode(readRecoveryCode(code), recoverySalt);
  const used = await database
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash)))
    .returning({ id: recoveryCodes.id });
  return used.length === 0 ? { problem: NO_RECOVERY_CODE } : undefined;
}
