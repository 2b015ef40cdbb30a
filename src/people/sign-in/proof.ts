/** Who is signed in says again who they are, before what must not be done by whoever merely finds their browser. */
import { say } from "../../words/words.ts";
import { hasPassword, isPasswordOf } from "../password/password.ts";
import type { LoginResult, PeopleRuntime, Person, SignedIn, Visitor } from "../people.ts";
import { useCode } from "../second-factor/codes.ts";
import { listPasskeys } from "../second-factor/passkeys.ts";
import { endSessionOf, renewSession } from "./arrival.ts";
import { holdBack } from "./hold-back.ts";

/** A proof counts for so long, in the session where it was given; signing in is one. */
export const PROOF_MINUTES = 10;

export function isFresh({ provedAt }: Pick<SignedIn, "provedAt">, now: Date): boolean {
  return now.getTime() - provedAt.getTime() < PROOF_MINUTES * 60_000;
}

/** How a person can prove who they are; what is not among these they do by signing in anew. */
export interface ProofMethods {
  readonly password: boolean;
  /** Of the app, or a recovery code; beside the password, where they have one. */
  readonly code: boolean;
  readonly passkey: boolean;
}

export async function listProofMethods(
  runtime: Pick<PeopleRuntime, "database">,
  person: Pick<Person, "id" | "hasSecondFactor">,
): Promise<ProofMethods> {
  return {
    password: await hasPassword(runtime, person),
    code: person.hasSecondFactor,
    passkey: (await listPasskeys(runtime, person)).length > 0,
  };
}

/** Takes all that signing in would take. @returns cookies of a new session, in the place of this one */
export async function proveAgain(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  { password, code }: { password: string; code: string },
): Promise<LoginResult> {
  const { ipAddress } = visitor;
  const wait = await holdBack(runtime, "password-change", visitor, { person });
  if (wait !== undefined) return wait;
  const known = await isPasswordOf(runtime, person, password);
  if (known === "wrong") {
    const action = "person.password-failed";
    runtime.people.refusals.record({ action, ipAddress, personId: person.id, isOwn: true });
    return { problem: say("The password is not right. Try again.") };
  }
  if (known === "none" && !person.hasSecondFactor)
    return { problem: say("You have no password here. Confirm in one of the other ways.") };
  const refusal = person.hasSecondFactor
    ? await useCode(runtime, visitor, { userId: person.id, typed: code })
    : undefined;
  if (refusal !== undefined) {
    const action = "person.code-failed";
    runtime.people.refusals.record({ action, ipAddress, personId: person.id, isOwn: true });
    return refusal;
  }
  await endSessionOf(runtime, visitor.headers);
  return await renewSession(runtime, visitor, { userId: person.id, accessEndings: person.accessEndings });
}
