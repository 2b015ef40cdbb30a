/**
 * Signing up where anybody may, with the address proved first: a letter goes to it whether or not somebody has it, so that
 * the page tells nobody who has an account; name and password are chosen by whoever opens the link.
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

/** Not of the first person, who sets the service up; nor where no mail is sent: there nothing can be proved. */
export async function asksForProof(runtime: PeopleRuntime): Promise<boolean> {
  return runtime.config.signUp === "open" && runtime.mailer.available && !(await isUnused(runtime));
}

/** Answers the same, in the same time, for every address. */
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

/** Whose address a link proves, while it works; looking does not use it up. */
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

/** @returns the address that it proves, for the first who uses it */
export async function takeSignUpLink(
  transaction: Queryable,
  token: string,
  now: Date,
): Promise<string | undefined> {
  const [link] = await transaction.select().from(verifications).where(isLink(token, now));
  if (link === undefined) return undefined;
  // With all others that were mailed to this address: of two at once only one finds its own.
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
