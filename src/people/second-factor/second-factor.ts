/** Turns two-step sign-in on and off. */
import { randomUUID } from "node:crypto";
import { createOTP } from "@better-auth/utils/otp";
import { and, eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { twoFactors, users } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { endAllAccess, isAccessCurrent } from "../ending.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import type { LoginResult, PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { renewSession } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { NOT_PROVEN } from "../sign-up/address-proof.ts";
import { refuseStranger } from "./check-password.ts";
import { findStep, WRONG_CODE } from "./codes.ts";
import { hashRecoveryCodes, makeRecoveryCodes, replaceCodes } from "./recovery-codes.ts";
import {
  findSecondFactor,
  forgetSecondFactor,
  makeAppSecret,
  openAppSecret,
} from "./second-factor-secrets.ts";

const IS_ON = say("Two-step sign-in is already on. To set it up again, turn it off first.");

export interface SecondFactorStart {
  /** The "otpauth:" URI for the app, as a link or a QR code. It contains the secret. */
  readonly uri: string;
  /** Recovery codes, each of which works once instead of a code of the app. */
  readonly recoveryCodes: readonly string[];
}

/** Creates a secret and recovery codes. Codes are not asked for at sign-in until `confirmSecondFactor` succeeds. */
export async function beginSecondFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<SecondFactorStart | Refusal> {
  if (!person.isProven) return NOT_PROVEN;
  const refusal = await refuseStranger(runtime, person, visitor, password);
  if (refusal !== undefined) return refusal;
  const secret = makeAppSecret();
  const codes = makeRecoveryCodes();
  const { salt, hashes } = await hashRecoveryCodes(codes);
  const fresh = { secretEnc: runtime.vault.encrypt(secret), recoverySalt: salt, verified: false };
  const begun = await runtime.database.transaction(async (transaction) => {
    const rows = await transaction
      .insert(twoFactors)
      .values({ id: randomUUID(), userId: person.id, ...fresh })
      .onConflictDoUpdate({
        target: twoFactors.userId,
        set: { ...fresh, formerSecret: null, formerCodes: null },
        setWhere: eq(twoFactors.verified, false),
      })
      .returning({ id: twoFactors.id });
    if (rows.length > 0) await replaceCodes(transaction, person.id, hashes);
    return rows.length > 0;
  });
  if (!begun) return { problem: IS_ON };
  return { uri: createOTP(secret).url(runtime.config.appName, person.email), recoveryCodes: codes };
}

/**
 * Turns two-step sign-in on once a code proves that the app works. Ends every other session, since those
 * started without a code.
 * @returns the cookies of a new session
 */
export async function confirmSecondFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  code: string,
): Promise<LoginResult> {
  if (!person.isProven) return NOT_PROVEN;
  const wait = await holdBack(runtime, "password-change", visitor, { person });
  if (wait !== undefined) return wait;
  const factor = await findSecondFactor(runtime, person.id);
  const secret = factor && openAppSecret(runtime, factor);
  if (factor === undefined || secret === undefined || factor.verified) return { problem: WRONG_CODE };
  const step = await findStep(secret, code.replaceAll(/\s/g, ""), runtime.now());
  if (step === undefined) return { problem: WRONG_CODE };
  return await changeFactor(runtime, person, visitor, "person.second-factor-on", async (transaction) => {
    // Older codes do not sign in; the one just shown may be the first that does.
    const rows = await transaction
      .update(twoFactors)
      .set({ verified: true, lastStep: step - 1, failedVerificationCount: 0, lockedUntil: null })
      .where(and(eq(twoFactors.id, factor.id), eq(twoFactors.verified, false)))
      .returning({ id: twoFactors.id });
    if (rows.length === 0) return false;
    await transaction.update(users).set({ twoFactorEnabled: true }).where(eq(users.id, person.id));
    return true;
  });
}

/** Turns two-step sign-in off and ends every other session. @returns the cookies of a new session */
export async function endSecondFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<LoginResult> {
  const refusal = await refuseStranger(runtime, person, visitor, password);
  if (refusal !== undefined) return refusal;
  return await changeFactor(runtime, person, visitor, "person.second-factor-off", async (transaction) => {
    await forgetSecondFactor(transaction, person.id);
    return true;
  });
}

async function changeFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  action: "person.second-factor-on" | "person.second-factor-off",
  change: (transaction: Queryable) => Promise<boolean>,
): Promise<LoginResult> {
  const former = await runtime.people.findPerson(visitor.headers);
  const accessEndings = await runtime.database.transaction(async (transaction) => {
    if (!(await isAccessCurrent(transaction, person)) || !(await change(transaction))) return undefined;
    const endings = await endAllAccess(transaction, person.id, runtime.now());
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress: visitor.ipAddress },
      action,
    });
    return endings;
  });
  if (accessEndings === undefined) return { problem: IS_ON };
  mailSecurityEvent(runtime, visitor, { userId: person.id, event: action });
  const provedAt = former?.provedAt;
  return await renewSession(runtime, visitor, { userId: person.id, provedAt, accessEndings });
}
