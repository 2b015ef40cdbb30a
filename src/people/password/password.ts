/** Checks and changes a password. A change ends all sessions. */
import { and, eq, isNotNull } from "drizzle-orm";
import { credentials } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { endAllAccess, isAccessCurrent } from "../ending.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import type { LoginResult, PeopleRuntime, Person, Visitor } from "../people.ts";
import { renewSession } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { ownWords, refuseWeak } from "./password-strength.ts";

/** Whether a person has a password; people who always sign in by link have none. */
export async function hasPassword(
  runtime: Pick<PeopleRuntime, "database">,
  person: Pick<Person, "id">,
): Promise<boolean> {
  return (await findHash(runtime, person)) !== undefined;
}

/** Compares a password with the person's. "none": the person has no password. */
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

/** Changes a password, ends all sessions and starts a new one for the browser that asked. */
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
  const problem = say("The current password is wrong. Nothing was changed. Try again.");
  const found = await findHash(runtime, person);
  if (found === undefined || (await isPasswordOf(runtime, person, currentPassword)) !== "right") {
    const action = "person.password-failed";
    runtime.people.refusals.record({ action, ipAddress, personId: person.id, isOwn: true });
    return { problem };
  }
  const { password: passwords } = await (await runtime.people.auth()).context;
  const password = await passwords.hash(newPassword);
  const accessEndings = await runtime.database.transaction(async (transaction) => {
    if (!(await isAccessCurrent(transaction, person))) return undefined;
    const rows = await transaction
      .update(credentials)
      .set({ password, updatedAt: runtime.now() })
      .where(and(eq(credentials.id, found.id), eq(credentials.password, found.hash)))
      .returning({ id: credentials.id });
    if (rows.length === 0) return undefined;
    const endings = await endAllAccess(transaction, person.id, runtime.now());
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress },
      action: "person.password-changed",
    });
    return endings;
  });
  if (accessEndings === undefined) return { problem };
  mailSecurityEvent(runtime, visitor, { userId: person.id, event: "person.password-changed" });
  return await renewSession(runtime, visitor, { userId: person.id, accessEndings });
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
