/** A second proof at sign-in: the code that an app shows, or one of the codes kept for when the app is lost. */
import { z } from "zod";
import { say } from "../words/words.ts";
import { BLOCKED } from "./admission.ts";
import { recordEvent } from "./audit.ts";
import { makeChange } from "./own-change.ts";
import {
  browserHeaders,
  type FirstStepResult,
  IS_BLOCKED,
  type LoginResult,
  type PeopleRuntime,
  type Person,
  type Refusal,
  type Visitor,
} from "./people.ts";
import { readRecoveryCode } from "./recovery-codes.ts";

const firstStepShape = z.union([
  z.object({ twoFactorRedirect: z.literal(true) }).transform(() => undefined),
  z.object({ user: z.object({ id: z.string() }) }).transform(({ user }) => user.id),
]);
const signedInShape = z.object({ user: z.object({ id: z.string() }) });

const WRONG_PASSWORD = say("The password is not right. Nothing was changed: try again.");
const WRONG_CODE = say("This code is not right. Codes change every half a minute: enter the one shown now.");
const ENDED = say("That took too long or too many tries. Sign in again from the start.");

/** What better-auth answered to a first proof. @returns who is signed in, or undefined where a code must follow */
export function readFirstStep(response: unknown): string | undefined {
  return firstStepShape.parse(response);
}

/** The first proof was right; a session, or what leads on to the code. */
export async function finishFirstStep(
  runtime: PeopleRuntime,
  { ipAddress }: Visitor,
  answer: { readonly response: unknown; readonly headers: Headers },
  action: "person.signed-in" | "person.signed-up" = "person.signed-in",
): Promise<FirstStepResult> {
  const userId = readFirstStep(answer.response);
  if (userId !== undefined)
    await recordEvent(runtime.database, { userId, action, subject: userId, ipAddress });
  return { cookies: answer.headers.getSetCookie(), needsCode: userId === undefined };
}

/** @param trusted this browser is not asked again for `TRUST_DAYS` */
export async function signInByCode(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  { code, trusted }: { code: string; trusted: boolean },
): Promise<LoginResult> {
  const wait = runtime.people.limits.count("code", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const auth = await runtime.people.auth();
  const isOfApp = /^\d{6}$/.test(code);
  const call = {
    body: { code: isOfApp ? code : readRecoveryCode(code), trustDevice: trusted },
    headers: browserHeaders(headers),
    returnHeaders: true,
  } as const;
  const attempt = await auth.attempt(async () =>
    isOfApp ? await auth.api.verifyTOTP(call) : await auth.api.verifyBackupCode(call),
  );
  if ("refused" in attempt) {
    if (attempt.refused === BLOCKED) return { problem: IS_BLOCKED };
    if (attempt.refused === "INVALID_CODE") return { problem: WRONG_CODE };
    if (attempt.refused === "INVALID_BACKUP_CODE")
      return { problem: say("This is none of your recovery codes, or it was used already.") };
    if (attempt.refused === "ACCOUNT_TEMPORARILY_LOCKED")
      return {
        problem: say("Too many wrong codes. Wait a quarter of an hour, then sign in again."),
        mustWait: true,
      };
    return { problem: ENDED };
  }
  const { id } = signedInShape.parse(attempt.done.response).user;
  await recordEvent(runtime.database, { userId: id, action: "person.signed-in", subject: id, ipAddress });
  return { cookies: attempt.done.headers.getSetCookie() };
}

export interface SecondFactorStart {
  /** "otpauth://…": for the app, as a link or a QR code. Holds the secret. */
  readonly uri: string;
  /** Each works once in the place of the app. */
  readonly recoveryCodes: readonly string[];
}

const startShape = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) });

/** Nothing is asked at sign-in before a first code proved that the app works. */
export async function beginSecondFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<SecondFactorStart | Refusal> {
  const begun = await makeChange(runtime, person, visitor, async ({ api }, headers) => ({
    response: await api.enableTwoFactor({ body: { method: "totp", ...proof(password) }, headers }),
  }));
  if ("problem" in begun) return begun;
  if ("refused" in begun) return { problem: WRONG_PASSWORD };
  const { totpURI, backupCodes } = startShape.parse(begun.done.response);
  return { uri: totpURI, recoveryCodes: backupCodes };
}

/** @returns cookies: the session is a new one */
export async function confirmSecondFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  code: string,
): Promise<LoginResult> {
  const confirmed = await makeChange(
    runtime,
    person,
    visitor,
    ({ api }, headers) => api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
    "person.second-factor-on",
  );
  if ("problem" in confirmed) return confirmed;
  return "refused" in confirmed
    ? { problem: WRONG_CODE }
    : { cookies: confirmed.done.headers.getSetCookie() };
}

/** @returns cookies: the session is a new one */
export async function endSecondFactor(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<LoginResult> {
  const ended = await makeChange(
    runtime,
    person,
    visitor,
    ({ api }, headers) => api.disableTwoFactor({ body: proof(password), headers, returnHeaders: true }),
    "person.second-factor-off",
  );
  if ("problem" in ended) return ended;
  return "refused" in ended ? { problem: WRONG_PASSWORD } : { cookies: ended.done.headers.getSetCookie() };
}

/** New ones in the place of all old ones. */
export async function renewRecoveryCodes(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<{ readonly recoveryCodes: readonly string[] } | Refusal> {
  const renewed = await makeChange(
    runtime,
    person,
    visitor,
    ({ api }, headers) => api.generateBackupCodes({ body: proof(password), headers }),
    "person.recovery-codes-renewed",
  );
  if ("problem" in renewed) return renewed;
  if ("refused" in renewed) return { problem: WRONG_PASSWORD };
  return { recoveryCodes: z.object({ backupCodes: z.array(z.string()) }).parse(renewed.done).backupCodes };
}

/** Who has no password proves by their session alone that they are they. */
function proof(password: string | undefined): { password?: string } {
  return password === undefined || password === "" ? {} : { password };
}
