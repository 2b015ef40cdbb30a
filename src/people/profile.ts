/** What a person says of themselves: their name, and the mail address that is theirs. */
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { users, verifications } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { recordEvent } from "./audit.ts";
import { hasAccount } from "./directory.ts";
import { MAIL_CHANGE_MINUTES, mailChangedLetter, mailChangeLetter } from "./letters.ts";
import { MailError } from "./mail.ts";
import { LINK_OVER, type PeopleRuntime, type Person, type Refusal, type Visitor } from "./people.ts";
import { hashSecret, makeSecret } from "./secrets.ts";

const PREFIX = "mail-change:";
const changeShape = z
  .string()
  .transform((text) =>
    z.object({ userId: z.string(), from: z.string(), to: z.string() }).parse(JSON.parse(text)),
  );
export type MailChange = z.infer<typeof changeShape>;

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
 * Mails a link to the new address; nothing changes before it is opened. Says the same whether somebody has it already.
 * @param to in lower case, as `emailShape` makes it
 */
export async function askForMailChange(
  runtime: PeopleRuntime,
  person: Person,
  { ipAddress }: Visitor,
  to: string,
): Promise<Refusal | undefined> {
  const { database, config, mailer, now } = runtime;
  if (!mailer.available)
    return { problem: say("This service sends no mail at present, so that a new address cannot be proven.") };
  if (to === person.email) return { problem: say("That is your address already.") };
  const wait = runtime.people.limits.count("mail-change", { mail: person.email, ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  if (await hasAccount(runtime, to)) return undefined;
  const token = makeSecret();
  const change: MailChange = { userId: person.id, from: person.email, to };
  await database.insert(verifications).values({
    id: hashSecret(token),
    identifier: PREFIX + hashSecret(token),
    value: JSON.stringify(change),
    expiresAt: new Date(now().getTime() + MAIL_CHANGE_MINUTES * 60_000),
  });
  try {
    await mailer.send(mailChangeLetter(config, { to, token, language: person.language }));
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    return { problem: say("The mail could not be sent. Check the address, or try again later.") };
  }
  return undefined;
}

/** What a mailed link changes, while it works; looking does not use it up. */
export async function readMailChange(
  { database, now }: Pick<PeopleRuntime, "database" | "now">,
  person: Pick<Person, "id">,
  token: string,
): Promise<MailChange | Refusal> {
  const [found] = await database
    .select()
    .from(verifications)
    .where(eq(verifications.identifier, PREFIX + hashSecret(token)));
  if (found === undefined || found.expiresAt <= now()) return { problem: LINK_OVER };
  const change = changeShape.parse(found.value);
  if (change.userId === person.id) return change;
  return { problem: say("This link is for another account: sign in there, then open it again.") };
}

/** The old address is told. @returns why it stays as it is, or undefined */
export async function changeMail(
  runtime: PeopleRuntime,
  person: Person,
  { ipAddress }: Visitor,
  token: string,
): Promise<Refusal | undefined> {
  const { database, mailer, config, now, log } = runtime;
  const change = await readMailChange(runtime, person, token);
  if ("problem" in change) return change;
  const changed = await database.transaction(async (transaction) => {
    const used = await transaction
      .delete(verifications)
      .where(eq(verifications.identifier, PREFIX + hashSecret(token)))
      .returning({ id: verifications.id });
    const [taken] = await transaction.select({ id: users.id }).from(users).where(eq(users.email, change.to));
    if (used.length === 0 || taken !== undefined) return false;
    const rows = await transaction
      .update(users)
      .set({ email: change.to, emailVerified: true, updatedAt: now() })
      .where(and(eq(users.id, person.id), eq(users.email, change.from)))
      .returning({ id: users.id });
    if (rows.length === 0) return false;
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress },
      action: "person.mail-changed",
    });
    return true;
  });
  if (!changed) return { problem: LINK_OVER };
  await mailer
    .send(mailChangedLetter(config, { to: change.from, language: person.language }))
    .catch((error: unknown) =>
      log.error({ err: error }, "The old address could not be told of the new one."),
    );
  return undefined;
}
