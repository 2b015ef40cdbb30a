/** Writes a letter when it is sent, unless it no longer applies. */
import { eq } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { users } from "../../database/schema.ts";
import { hasAccount, isUnused, languageOf } from "../directory.ts";
import { makeResetToken } from "../password/password-links.ts";
import type { PeopleRuntime } from "../people.ts";
import { findInvitedAddress, isInvited } from "../sign-up/open-invitations.ts";
import { mailChangeLetter, proofLetter } from "./address-letters.ts";
import { resetLetter, signInLetter } from "./letters.ts";
import type { Letter } from "./mail.ts";
import { makeMailChangeToken, makeSignUpToken } from "./mailed-links.ts";
import type { LetterContent } from "./outbox.ts";
import { invitationLetter, invitationLink, knownHereLetter, signUpLetter } from "./sign-up-letters.ts";

type ContentOf<K extends LetterContent["kind"]> = Extract<LetterContent, { kind: K }>;

/** Writes a letter. @returns undefined when nobody should get it, for example because an invitation was revoked */
export async function composeLetter(
  runtime: PeopleRuntime,
  content: LetterContent,
): Promise<Letter | undefined> {
  switch (content.kind) {
    case "sign-in-link":
      return await composeSignIn(runtime, content);
    case "sign-up-link":
      return await composeSignUp(runtime, content);
    case "password-reset":
      return await composeReset(runtime, content);
    case "mail-change":
      return await composeMailChange(runtime, content);
    case "invitation":
      return await composeInvitation(runtime, content);
    case "notice":
      return await addressNotice(runtime, content);
    case "security":
      return content;
  }
}

async function composeSignIn(
  runtime: PeopleRuntime,
  { to, next }: ContentOf<"sign-in-link">,
): Promise<Letter | undefined> {
  if (!(await mayArrive(runtime, to))) return undefined;
  const { api } = await runtime.people.auth();
  const made = Promise.withResolvers<string>();
  await api.signInMagicLink({
    body: { email: to, metadata: { take: made.resolve } },
    headers: new Headers(),
  });
  const [token, language] = [await made.promise, await languageOf(runtime.database, to)];
  return signInLetter(runtime.config, { to, token, language, next });
}

async function mayArrive(runtime: PeopleRuntime, email: string): Promise<boolean> {
  if ((await hasAccount(runtime, email)) || (await isUnused(runtime))) return true;
  const { signUp } = runtime.config;
  return signUp === "open" || (signUp === "invitation" && (await isInvited(runtime, email)));
}

async function composeSignUp(
  runtime: PeopleRuntime,
  { to, next, asked }: ContentOf<"sign-up-link">,
): Promise<Letter | undefined> {
  const { config, database } = runtime;
  if (await hasAccount(runtime, to))
    return knownHereLetter(config, { to, language: await languageOf(database, to), asked, next });
  return signUpLetter(config, { to, asked, token: await makeSignUpToken(runtime, to), next });
}

async function composeReset(
  runtime: PeopleRuntime,
  { to, next }: ContentOf<"password-reset">,
): Promise<Letter | undefined> {
  const [person] = await runtime.database
    .select({ id: users.id, language: users.language })
    .from(users)
    .where(eq(users.email, to));
  if (person === undefined) return undefined;
  const token = await makeResetToken(runtime, person.id);
  return resetLetter(runtime.config, { to, language: person.language, token, next });
}

async function composeMailChange(
  runtime: PeopleRuntime,
  { to, userId, from }: ContentOf<"mail-change">,
): Promise<Letter | undefined> {
  const person = await findReader(runtime.database, userId);
  const isProof = to === from;
  if (person?.email !== from || (!isProof && (await hasAccount(runtime, to)))) return undefined;
  const token = await makeMailChangeToken(runtime, { userId, from, to });
  return (isProof ? proofLetter : mailChangeLetter)(runtime.config, { to, token, language: person.language });
}

async function composeInvitation(
  runtime: PeopleRuntime,
  { to, secret }: ContentOf<"invitation">,
): Promise<Letter | undefined> {
  if ((await findInvitedAddress(runtime, secret)) !== to) return undefined;
  return invitationLetter(runtime.config, { to, link: invitationLink(runtime.config, secret) });
}

/** Sends a notice to the reader's current address, unless they turned notices off. */
async function addressNotice(
  { database }: PeopleRuntime,
  { userId, subject, text }: ContentOf<"notice">,
): Promise<Letter | undefined> {
  const person = await findReader(database, userId);
  if (person === undefined || person.mailNotices === "none") return undefined;
  return { to: person.email, subject, text };
}

async function findReader(database: Database, userId: string) {
  const [person] = await database
    .select({ email: users.email, language: users.language, mailNotices: users.mailNotices })
    .from(users)
    .where(eq(users.id, userId));
  return person;
}
