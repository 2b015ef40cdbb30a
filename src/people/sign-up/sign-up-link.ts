/**
 * Signing up where anybody may: the address is proved first. A letter goes to every address, so that the page
 * tells nobody who has an account; whoever opens its link chooses name and password.
 */
import { and, eq, gt, like } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { verifications } from "../../database/schema.ts";
import { isUnused } from "../directory.ts";
import { SIGN_UP_LINK } from "../mail/mailed-links.ts";
import { postLetter } from "../mail/send-letters.ts";
import type { PeopleRuntime, Refusal, Visitor } from "../people.ts";
import { hashSecret } from "../secrets.ts";
import { holdBack } from "../sign-in/hold-back.ts";

/**
 * Whether people have to prove their address before they sign up. The first person does not, and where no email
 * is sent nobody can.
 */
export async function asksForProof(runtime: PeopleRuntime): Promise<boolean> {
  return runtime.config.signUp === "open" && runtime.mailer.available && !(await isUnused(runtime));
}

/** Mails a link to sign up. Takes the same time and answers the same for every address. */
export async function sendSignUpLink(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { email, next }: { email: string; next: string },
): Promise<Refusal | undefined> {
  const wait = await holdBack(runtime, "sign-up", visitor, { mail: email });
  if (wait !== undefined) return wait;
  const asked = visitor.headers.get("accept-language") ?? undefined;
  await postLetter(runtime, { kind: "sign-up-link", to: email, next, asked });
  return undefined;
}

/** The address that a link proves, as long as it is valid. Reading does not use it up. */
export async function readSignUpLink(
  { database, now }: PeopleRuntime,
  token: string,
): Promise<string | undefined> {
  const [found] = await database
    .select({ email: verifications.value })
    .from(verifications)
    .where(isLink(token, now()));
  return found?.email;
}

/** Uses up a link. @returns the address that it proves, to the first who uses it */
export async function takeSignUpLink(
  transaction: Queryable,
  token: string,
  now: Date,
): Promise<string | undefined> {
  const [link] = await transaction.select().from(verifications).where(isLink(token, now));
  if (link === undefined) return undefined;
  // Deletes all sign-up links to this address: of two requests at once only one finds its own.
  const taken = await transaction
    .delete(verifications)
    .where(and(like(verifications.identifier, `${SIGN_UP_LINK}%`), eq(verifications.value, link.value)))
    .returning({ id: verifications.id });
  return taken.some(({ id }) => id === link.id) ? link.value : undefined;
}

function isLink(token: string, now: Date) {
  return and(
    eq(verifications.identifier, SIGN_UP_LINK + hashSecret(token)),
    gt(verifications.expiresAt, now),
  );
}
