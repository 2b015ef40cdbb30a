/** A person's name and email address. */
import { eq } from "drizzle-orm";
import { users, verifications } from "../database/schema.ts";
import { isTaken } from "../database/taken.ts";
import { say } from "../words/words.ts";
import { recordEvent } from "./audit.ts";
import { endAllAccess, endPendingAccess, isAccessCurrent } from "./ending.ts";
import { mailChangedLetter } from "./mail/address-letters.ts";
import { changeShape, MAIL_CHANGE_LINK, type MailChange } from "./mail/mailed-links.ts";
import { putLetter } from "./mail/outbox.ts";
import { postLetter, sendSoon } from "./mail/send-letters.ts";
import { LINK_OVER, type PeopleRuntime, type Person, type Refusal, type Visitor } from "./people.ts";
import { hashSecret } from "./secrets.ts";
import { renewSession } from "./sign-in/arrival.ts";
import { holdBack } from "./sign-in/hold-back.ts";

/** Changes a person's name. */
export async function rename(
  { database, now }: PeopleRuntime,
  { id }: Pick<Person, "id">,
  { ipAddress }: Visitor,
  name: string,
): Promise<void> {
  await database.update(users).set({ name, updatedAt: now() }).where(eq(users.id, id));
  await recordEvent(database, { userId: id, action: "person.renamed", subject: id, ipAddress });
}

/**
 * Mails a link to the new address, or to the current one if it is not proved yet; nothing changes until the
 * link is opened. Takes the same time and answers the same whether or not somebody has the address.
 * @param to in lower case, as `emailShape` makes it
 */
export async function askForMailChange(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  to: string,
): Promise<Refusal | undefined> {
  if (!runtime.mailer.available)
    return { problem: say("This service cannot send email, so it cannot verify a new address.") };
  if (to === person.email && person.isProven) return { problem: say("That is already your address.") };
  const wait = await holdBack(runtime, "mail-change", visitor, { person });
  if (wait !== undefined) return wait;
  await postLetter(runtime, { kind: "mail-change", to, userId: person.id, from: person.email }, person.id);
  return undefined;
}

/** What an emailed link would change, as long as it is valid. Reading does not use it up. */
export async function readMailChange(
  { database, now }: Pick<PeopleRuntime, "database" | "now">,
  person: Pick<Person, "id">,
  token: string,
): Promise<MailChange | Refusal> {
  const [found] = await database
    .select()
    .from(verifications)
    .where(eq(verifications.identifier, MAIL_CHANGE_LINK + hashSecret(token)));
  if (found === undefined || found.expiresAt <= now()) return { problem: LINK_OVER };
  const change = changeShape.parse(found.value);
  if (change.userId === person.id) return change;
  return {
    problem: say("This link is for another account. Sign in to that account, then open the link again."),
  };
}

/** The change that an emailed link made, and the cookies for the browser. */
export interface MailChanged {
  readonly change: MailChange;
  readonly cookies: readonly string[];
}

/**
 * Uses an emailed link to change the address: emails the old address and ends every other session.
 * @returns the change, or why the address stays
 * @throws {Error} any failure of the database
 */
export async function changeMail(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  token: string,
): Promise<MailChanged | Refusal> {
  const { database, config, now } = runtime;
  const change = await readMailChange(runtime, person, token);
  if ("problem" in change) return change;
  const former = await runtime.people.findPerson(visitor.headers);
  const changing = database.transaction(async (transaction) => {
    if (!(await isAccessCurrent(transaction, person))) return undefined;
    const used = await transaction
      .delete(verifications)
      .where(eq(verifications.identifier, MAIL_CHANGE_LINK + hashSecret(token)))
      .returning({ id: verifications.id });
    const [taken] = await transaction.select({ id: users.id }).from(users).where(eq(users.email, change.to));
    const [current] = await transaction
      .select({ email: users.email })
      .from(users)
      .where(eq(users.id, person.id))
      .for("update");
    if (used.length === 0 || current?.email !== change.from) return undefined;
    if (taken !== undefined && taken.id !== person.id) return undefined;
    // Links that were emailed to the old address must not sign anybody in any more.
    if (isProof(change)) await endPendingAccess(transaction, person.id, now());
    const endings = isProof(change)
      ? person.accessEndings
      : await endAllAccess(transaction, person.id, now());
    await transaction
      .update(users)
      .set({ email: change.to, emailVerified: true, updatedAt: now() })
      .where(eq(users.id, person.id));
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress: visitor.ipAddress },
      action: isProof(change) ? "person.address-proved" : "person.mail-changed",
    });
    if (!isProof(change) && runtime.mailer.available) {
      const letter = mailChangedLetter(config, { to: change.from, language: person.language });
      await putLetter(runtime, transaction, { kind: "security", ...letter }, person.id);
    }
    return endings;
  });
  const accessEndings = await changing.catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    return undefined;
  });
  if (accessEndings === undefined) return { problem: LINK_OVER };
  if (isProof(change)) return { change, cookies: [] };
  sendSoon(runtime);
  const provedAt = former?.provedAt;
  const renewed = await renewSession(runtime, visitor, { userId: person.id, provedAt, accessEndings });
  return "problem" in renewed ? renewed : { change, cookies: renewed.cookies };
}

/** Whether the link only proves the current address. */
export function isProof({ from, to }: MailChange): boolean {
  return from === to;
}
