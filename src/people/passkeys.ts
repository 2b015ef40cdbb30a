/** Passkeys: a person's device proves who they are, and nothing that could be stolen is typed. */
import { isIP } from "node:net";
import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { passkeys } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { BLOCKED } from "./admission.ts";
import { recordEvent } from "./audit.ts";
import { NOT_UNLOCKED } from "./auth-plugins.ts";
import { makeChange } from "./own-change.ts";
import {
  browserHeaders,
  IS_BLOCKED,
  type LoginResult,
  type PeopleRuntime,
  type Person,
  type Refusal,
  type Visitor,
} from "./people.ts";

/** Browsers bind a passkey to a name, never to an IP address (WebAuthn, section 5.1.2: the RP ID is a domain). */
export function canUsePasskeys({ hostname }: URL): boolean {
  return isIP(hostname.replaceAll(/[[\]]/g, "")) === 0;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** It is on several devices of its owner, or can be. */
  readonly isSynced: boolean;
}

/** What a browser is asked, and the cookies by which its answer is recognised. */
export interface Ceremony {
  readonly options: object;
  readonly cookies: readonly string[];
}

const answerShape = z.looseObject({
  id: z.string(),
  rawId: z.string(),
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}),
});

/** What a browser says of a passkey that it made; its signatures are checked by better-auth. */
export const newPasskeyShape = answerShape.extend({
  response: z.looseObject({ clientDataJSON: z.string(), attestationObject: z.string() }),
});

/** What a browser says of a passkey that its owner unlocked. */
export const usedPasskeyShape = answerShape.extend({
  response: z.looseObject({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
  }),
});

const NOT_FRESH = say("For your safety, sign out and in again, then add the passkey.");
const signedInShape = z.object({ user: z.object({ id: z.string() }) });

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

export async function beginPasskey(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
): Promise<Ceremony | Refusal> {
  const begun = await makeChange(runtime, person, visitor, ({ api }, headers) =>
    api.generatePasskeyRegistrationOptions({ query: { name: person.email }, headers, returnHeaders: true }),
  );
  if ("problem" in begun) return begun;
  if ("refused" in begun) return { problem: NOT_FRESH };
  return { options: begun.done.response, cookies: begun.done.headers.getSetCookie() };
}

/** @returns why it was not added, or undefined */
export async function addPasskey(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  { answer, name }: { answer: z.infer<typeof newPasskeyShape>; name: string },
): Promise<Refusal | undefined> {
  const added = await makeChange(
    runtime,
    person,
    visitor,
    ({ api }, headers) => api.verifyPasskeyRegistration({ body: { response: answer, name }, headers }),
    "person.passkey-added",
  );
  if ("problem" in added) return added;
  return "refused" in added ? { problem: say("This passkey could not be added. Try again.") } : undefined;
}

export async function removePasskey(
  { database }: PeopleRuntime,
  person: Pick<Person, "id">,
  { ipAddress }: Visitor,
  id: string,
): Promise<"removed" | "not-found"> {
  const removed = await database
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, person.id)))
    .returning({ id: passkeys.id });
  if (removed.length === 0) return "not-found";
  await recordEvent(database, {
    ...{ userId: person.id, subject: person.id, ipAddress },
    action: "person.passkey-removed",
  });
  return "removed";
}

/** Nobody is named: the device offers the passkeys that it has for us. */
export async function beginPasskeySignIn(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
): Promise<Ceremony | Refusal> {
  const wait = runtime.people.limits.count("passkey", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const { api } = await runtime.people.auth();
  const begun = await api.generatePasskeyAuthenticationOptions({
    headers: browserHeaders(headers),
    returnHeaders: true,
  });
  return { options: begun.response, cookies: begun.headers.getSetCookie() };
}

export async function signInByPasskey(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  answer: z.infer<typeof usedPasskeyShape>,
): Promise<LoginResult> {
  const wait = runtime.people.limits.count("passkey", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.atomically(() =>
      auth.api.verifyPasskeyAuthentication({
        body: { response: answer },
        headers: browserHeaders(headers),
        returnHeaders: true,
      }),
    ),
  );
  if ("refused" in attempt)
    return { problem: refusals[attempt.refused] ?? say("That did not work. Try again.") };
  const { id } = signedInShape.parse(attempt.done.response).user;
  await recordEvent(runtime.database, { userId: id, action: "person.signed-in", subject: id, ipAddress });
  return { cookies: attempt.done.headers.getSetCookie() };
}

const refusals: Readonly<Record<string, string>> = {
  PASSKEY_NOT_FOUND: say("This passkey is not known here, or was removed. Sign in another way."),
  [NOT_UNLOCKED]: say("Unlock the passkey with your fingerprint, face or PIN, then try again."),
  [BLOCKED]: IS_BLOCKED,
};
