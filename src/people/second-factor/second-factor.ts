/** A second proof at sign-in: the code that an app shows, or one of the codes kept for when the app is lost. */
import { randomUUID } from "node:crypto";
import { createOTP } from "@better-auth/utils/otp";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "../../database/open.ts";
import { recoveryCodes, twoFactors, users } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { countEndings, endAllAccess, isOpenStill } from "../ending.ts";
import { tellPerson } from "../mail/security-letters.ts";
import { isPasswordOf } from "../password/password.ts";
import type { FirstStepResult, LoginResult, PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { arrive, beginSession, renewSession } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { PENDING_COOKIE, takePending, tryPending } from "../sign-in/pending-sign-in.ts";
import { NOT_PROVEN } from "../sign-up/address-proof.ts";
import { findStep, useCode, WRONG_CODE } from "./codes.ts";
import { hashRecoveryCodes, makeRecoveryCodes } from "./recovery-codes.ts";
import {
  findSecondFactor,
  forgetSecondFactor,
  makeAppSecret,
  openAppSecret,
  type Safe,
} from "./second-factor-secrets.ts";

/** What the functions of this file need of the runtime. */
export type SecondFactorRuntime = PeopleRuntime & { readonly vault: Safe };

const firstStepShape = z.union([
  z.object({ needsCode: z.literal(true) }).transform(() => undefined),
  z.object({ user: z.object({ id: z.string() }) }).transform(({ user }) => user.id),
]);

const WRONG_PASSWORD = say("The password is not right. Nothing was changed: try again.");
const ENDED = say("That took too long or too many tries. Sign in again from the start.");
const IS_ON = say("Two-step sign-in is on already. Turn it off first, to set it up anew.");

/** The first proof was right; a session, or what leads on to the code. */
export async function finishFirstStep(
  runtime: PeopleRuntime,
  visitor: Visitor,
  answer: { readonly response: unknown; readonly headers: Headers },
  action: "person.signed-in" | "person.signed-up" = "person.signed-in",
): Promise<FirstStepResult> {
  const userId = firstStepShape.parse(answer.response);
  const cookies = answer.headers.getSetCookie();
  if (userId === undefined) return { cookies, needsCode: true };
  return { cookies: await arrive(runtime, visitor, { userId, cookies, action }), needsCode: false };
}

/** @param trusted this browser is not asked again for `TRUST_DAYS` */
export async function signInByCode(
  runtime: SecondFactorRuntime,
  visitor: Visitor,
  { code, trusted }: { code: string; trusted: boolean },
): Promise<LoginResult> {
  const { ipAddress } = visitor;
  const wait = await holdBack(runtime, "code", visitor);
  if (wait !== undefined) return wait;
  const secret = await runtime.people.readCookie(visitor.headers, PENDING_COOKIE);
  const userId = secret === undefined ? undefined : await tryPending(runtime, secret);
  if (secret === undefined || userId === undefined) {
    runtime.people.refusals.record({ action: "person.code-failed", ipAddress });
    return { problem: ENDED };
  }
  const accessEndings = await countEndings(runtime.database, userId);
  const refusal = await useCode(runtime, visitor, { userId, typed: code });
  if (refusal !== undefined) {
    runtime.people.refusals.record({ action: "person.code-failed", ipAddress, personId: userId });
    return refusal;
  }
  if (!(await takePending(runtime, secret))) return { problem: ENDED };
  const begun = await beginSession(runtime, visitor, { userId, trusted, accessEndings });
  if ("problem" in begun) {
    runtime.people.refusals.record({ action: "person.turned-away", ipAddress, personId: userId });
    return begun;
  }
  return { cookies: await arrive(runtime, visitor, { userId, cookies: begun.cookies }) };
}

export interface SecondFactorStart {
  /** "otpauth://…": for the app, as a link or a QR code. Holds the secret. */
  readonly uri: string;
  /** Each works once in the place of the app. */
  readonly recoveryCodes: readonly string[];
}

/** Nothing is asked at sign-in before a first code proved that the app works. */
export async function beginSecondFactor(
  runtime: SecondFactorRuntime,
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

/** Every other session ends: it was begun without a code. @returns cookies of a new one */
export async function confirmSecondFactor(
  runtime: SecondFactorRuntime,
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
    // No older code signs in; the one just shown may be the first that does.
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

/** Every other session ends. @returns cookies of a new one */
export async function endSecondFactor(
  runtime: SecondFactorRuntime,
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

/** New ones in the place of all old ones. */
export async function renewRecoveryCodes(
  runtime: SecondFactorRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<{ readonly recoveryCodes: readonly string[] } | Refusal> {
  const refusal = await refuseStranger(runtime, person, visitor, password);
  if (refusal !== undefined) return refusal;
  const codes = makeRecoveryCodes();
  const { salt, hashes } = await hashRecoveryCodes(codes);
  const isRenewed = await runtime.database.transaction(async (transaction) => {
    if (!(await isOpenStill(transaction, person))) return false;
    await transaction.update(twoFactors).set({ recoverySalt: salt }).where(eq(twoFactors.userId, person.id));
    await replaceCodes(transaction, person.id, hashes);
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress: visitor.ipAddress },
      action: "person.recovery-codes-renewed",
    });
    return true;
  });
  if (!isRenewed) return { problem: ENDED };
  tellPerson(runtime, visitor, { userId: person.id, event: "person.recovery-codes-renewed" });
  return { recoveryCodes: codes };
}

async function replaceCodes(transaction: Queryable, userId: string, hashes: readonly string[]) {
  await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await transaction.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash })));
}

/** The form asks whoever has a password for it; of all others the page before it wanted a proof. */
async function refuseStranger(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password = "",
): Promise<Refusal | undefined> {
  const wait = await holdBack(runtime, "password-change", visitor, { person });
  if (wait !== undefined) return wait;
  if ((await isPasswordOf(runtime, person, password)) !== "wrong") return undefined;
  const { ipAddress } = visitor;
  const action = "person.password-failed";
  runtime.people.refusals.record({ action, ipAddress, personId: person.id, isOwn: true });
  return { problem: WRONG_PASSWORD };
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
    if (!(await isOpenStill(transaction, person)) || !(await change(transaction))) return undefined;
    const endings = await endAllAccess(transaction, person.id);
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress: visitor.ipAddress },
      action,
    });
    return endings;
  });
  if (accessEndings === undefined) return { problem: IS_ON };
  tellPerson(runtime, visitor, { userId: person.id, event: action });
  const provedAt = former?.provedAt;
  return await renewSession(runtime, visitor, { userId: person.id, provedAt, accessEndings });
}
