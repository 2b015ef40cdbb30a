/** Changing a password, knowing the old one or by a link that is mailed. Either way all sessions end. */
import { randomUUID } from "node:crypto";
import { and, eq, isNotNull } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { credentials } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { endAllAccess, isOpenStill, lockPerson } from "../ending.ts";
import { tellPerson } from "../mail/security-letters.ts";
import { postLetter } from "../mail/send-letters.ts";
import {
  IS_BLOCKED,
  LINK_OVER,
  type LoginResult,
  type PeopleRuntime,
  type Person,
  type Refusal,
  type Visitor,
} from "../people.ts";
import { endPasskeys } from "../second-factor/passkeys.ts";
import { renewSession } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { prepareProof, proveAddress } from "../sign-up/address-proof.ts";
import { PASSWORD, readPasswordReset, useResetToken } from "./password-links.ts";
import { ownWords, refuseWeak, type WeakPassword } from "./password-strength.ts";

/** False for people who only ever signed in by link. */
export async function hasPassword(
  runtime: Pick<PeopleRuntime, "database">,
  person: Pick<Person, "id">,
): Promise<boolean> {
  return (await findHash(runtime, person)) !== undefined;
}

/** "none": they have no password that this could be. */
export async function isPasswordOf(
  runtime: PeopleRuntime,
  person: Pick<Person, "id">,
  password: string,
): Promise<"right" | "wrong" | "none"> {
  const found = await findHash(runtime, person);
  if (found === undefined) return "none";
  const { password: passwords } = await (await runtime.people.auth()).context;
  return (await passwords.verify({ hash: found.hash, password })) ? "right" : "wrong";
}

/** Ends all sessions and begins a new one for the browser that asked. */
export async function changePassword(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<LoginResult> {
  const { ipAddress } = visitor;
  const wait = await holdBack(runtime, "password-change", visitor, { person });
  if (wait !== undefined) return wait;
  const weak = await refuseWeak(newPassword, ownWords(runtime, person));
  if (weak !== undefined) return weak;
  const problem = say("The current password is not right. Nothing was changed: try again.");
  const found = await findHash(runtime, person);
  if (found === undefined || (await isPasswordOf(runtime, person, currentPassword)) !== "right") {
    const action = "person.password-failed";
    runtime.people.refusals.record({ action, ipAddress, personId: person.id, isOwn: true });
    return { problem };
  }
  const { password: passwords } = await (await runtime.people.auth()).context;
  const password = await passwords.hash(newPassword);
  const accessEndings = await runtime.database.transaction(async (transaction) => {
    if (!(await isOpenStill(transaction, person))) return undefined;
    const rows = await transaction
      .update(credentials)
      .set({ password, updatedAt: runtime.now() })
      .where(and(eq(credentials.id, found.id), eq(credentials.password, found.hash)))
      .returning({ id: credentials.id });
    if (rows.length === 0) return undefined;
    const endings = await endAllAccess(transaction, person.id);
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress },
      action: "person.password-changed",
    });
    return endings;
  });
  if (accessEndings === undefined) return { problem };
  tellPerson(runtime, visitor, { userId: person.id, event: "person.password-changed" });
  return await renewSession(runtime, visitor, { userId: person.id, accessEndings });
}

/** Answers the same, in the same time, for every address; only who has an account gets a letter. */
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
  /** Ids of passkeys that are none of theirs, or no longer. */
  readonly endedPasskeys?: readonly string[];
}

/** Nobody is signed in afterwards. @returns why the password stays as it is, or undefined */
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
  // They opened a link that was mailed to them, or that the operator made for them: the address is theirs.
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
    await endAllAccess(transaction, userId);
    await recordEvent(transaction, { userId, action: "person.password-reset", subject: userId, ipAddress });
    return userId;
  });
  if (changed === undefined) return over();
  tellPerson(runtime, visitor, { userId: changed, event: "person.password-reset" });
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

async function findHash(
  { database }: Pick<PeopleRuntime, "database">,
  { id }: Pick<Person, "id">,
): Promise<{ readonly id: string; readonly hash: string } | undefined> {
  const [found] = await database
    .select({ id: credentials.id, hash: credentials.password })
    .from(credentials)
    .where(and(eq(credentials.userId, id), isNotNull(credentials.password)));
  return found?.hash ? { id: found.id, hash: found.hash } : undefined;
}
