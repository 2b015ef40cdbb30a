/** Passkeys: adding, listing and removing them. */
import { isIP } from "node:net";
import { and, asc, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "../../database/open.ts";
import { passkeys } from "../../database/schema.ts";
import { tidyName } from "../../words/names.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { endAllAccess, isAccessCurrent } from "../ending.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import { makeChange } from "../own-change.ts";
import type { LoginResult, PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { renewSession } from "../sign-in/arrival.ts";
import { NOT_PROVEN } from "../sign-up/address-proof.ts";

/**
 * Whether passkeys can be used at this address: browsers bind them to a domain, never to an IP address
 * (WebAuthn, section 5.1.2).
 */
export function canUsePasskeys({ hostname }: URL): boolean {
  return isIP(hostname.replaceAll(/[[\]]/g, "")) === 0;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Whether the passkey can be used on several devices. */
  readonly isSynced: boolean;
}

/** The request for the browser, and the cookies by which its answer is recognized. */
export interface Ceremony {
  readonly options: object;
  readonly cookies: readonly string[];
}

export const answerShape = z.looseObject({
  id: z.string(),
  rawId: z.string(),
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}),
});

/** The browser's answer with a new passkey. better-auth checks its signatures. */
export const newPasskeyShape = answerShape.extend({
  response: z.looseObject({ clientDataJSON: z.string(), attestationObject: z.string() }),
});

const LONGEST_NAME = 60;
const NOT_FRESH = say("For your safety, sign out and in again, then add the passkey.");

/** A person's passkeys, oldest first. */
export async function listPasskeys(
  { database }: Pick<PeopleRuntime, "database">,
  person: Pick<Person, "id">,
): Promise<Passkey[]> {
  const rows = await database
    .select()
    .from(passkeys)
    .where(eq(passkeys.userId, person.id))
    .orderBy(asc(passkeys.createdAt));
  return rows.map(({ id, name, createdAt, backedUp }) => ({
    ...{ id, createdAt },
    name: name ?? "",
    isSynced: backedUp,
  }));
}

/** Starts adding a passkey. */
export async function beginPasskey(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
): Promise<Ceremony | Refusal> {
  if (!person.isProven) return NOT_PROVEN;
  const begun = await makeChange(runtime, person, visitor, ({ api }, headers) =>
    api.generatePasskeyRegistrationOptions({ query: { name: person.email }, headers, returnHeaders: true }),
  );
  if ("problem" in begun) return begun;
  if ("refused" in begun) return { problem: NOT_FRESH };
  return { options: begun.done.response, cookies: begun.done.headers.getSetCookie() };
}

/** Adds a passkey. @returns why it was not added, or undefined */
export async function addPasskey(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  { answer, name }: { answer: z.infer<typeof newPasskeyShape>; name: string },
): Promise<Refusal | undefined> {
  if (!person.isProven) return NOT_PROVEN;
  const added = await makeChange(
    runtime,
    person,
    visitor,
    ({ api }, headers) =>
      api.verifyPasskeyRegistration({
        body: { response: answer, name: tidyName(name, LONGEST_NAME) },
        headers,
      }),
    "person.passkey-added",
  );
  if ("problem" in added) return added;
  return "refused" in added ? { problem: say("This passkey could not be added. Try again.") } : undefined;
}

/**
 * Removes a passkey and ends every other session, since the device may be lost.
 * @returns the cookies of a new session
 */
export async function removePasskey(
  runtime: PeopleRuntime,
  person: Pick<Person, "id" | "accessEndings">,
  visitor: Visitor,
  id: string,
): Promise<LoginResult | "not-found"> {
  const former = await runtime.people.findPerson(visitor.headers);
  const accessEndings = await runtime.database.transaction(async (transaction) => {
    if (!(await isAccessCurrent(transaction, person))) return undefined;
    const rows = await transaction
      .delete(passkeys)
      .where(and(eq(passkeys.id, id), eq(passkeys.userId, person.id)))
      .returning({ id: passkeys.id });
    if (rows.length === 0) return undefined;
    const endings = await endAllAccess(transaction, person.id, runtime.now());
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress: visitor.ipAddress },
      action: "person.passkey-removed",
    });
    return endings;
  });
  if (accessEndings === undefined) return "not-found";
  mailSecurityEvent(runtime, visitor, { userId: person.id, event: "person.passkey-removed" });
  const provedAt = former?.provedAt;
  return await renewSession(runtime, visitor, { userId: person.id, provedAt, accessEndings });
}

/** Removes these passkeys of a person. @param ids those of others are ignored */
export async function endPasskeys(
  database: Queryable,
  { userId, ipAddress }: { readonly userId: string; readonly ipAddress: string | undefined },
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const ended = await database
    .delete(passkeys)
    .where(and(eq(passkeys.userId, userId), inArray(passkeys.id, [...ids])))
    .returning({ id: passkeys.id });
  for (const _passkey of ended)
    await recordEvent(database, { userId, subject: userId, ipAddress, action: "person.passkey-removed" });
}
