/**
 * Links to sign up and to change an address, created when their letter is sent and stored by the hash of their
 * secret.
 */
import { z } from "zod";
import type { Database } from "../../database/open.ts";
import { verifications } from "../../database/schema.ts";
import { hashSecret, makeSecret } from "../secrets.ts";
import { MAIL_CHANGE_MINUTES } from "./address-letters.ts";
import { SIGN_UP_LINK_MINUTES } from "./sign-up-letters.ts";

/** The prefixes of their identifiers. */
export const SIGN_UP_LINK = "sign-up:";
export const MAIL_CHANGE_LINK = "mail-change:";

export const changeShape = z
  .string()
  .transform((text) =>
    z.object({ userId: z.string(), from: z.string(), to: z.string() }).parse(JSON.parse(text)),
  );
export type MailChange = z.infer<typeof changeShape>;

interface LinkRuntime {
  readonly database: Database;
  now(): Date;
}

/** Creates a link to sign up. @returns its secret, which proves the address */
export async function makeSignUpToken(runtime: LinkRuntime, email: string): Promise<string> {
  return await makeToken(runtime, { prefix: SIGN_UP_LINK, value: email, minutes: SIGN_UP_LINK_MINUTES });
}

/** Creates a link that changes or proves an address. @returns its secret */
export async function makeMailChangeToken(runtime: LinkRuntime, change: MailChange): Promise<string> {
  const { userId, from, to } = change;
  // The person's id comes first: links are deleted by it.
  const value = JSON.stringify({ userId, from, to });
  return await makeToken(runtime, { prefix: MAIL_CHANGE_LINK, value, minutes: MAIL_CHANGE_MINUTES });
}

async function makeToken(
  { database, now }: LinkRuntime,
  { prefix, value, minutes }: { readonly prefix: string; readonly value: string; readonly minutes: number },
): Promise<string> {
  const token = makeSecret();
  const expiresAt = new Date(now().getTime() + minutes * 60_000);
  const id = hashSecret(token);
  await database.insert(verifications).values({ id, identifier: prefix + id, value, expiresAt });
  return token;
}
