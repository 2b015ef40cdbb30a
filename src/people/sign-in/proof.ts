/** Re-authentication: a signed-in person proves their identity again before sensitive changes. */
import { say } from "../../words/words.ts";
import { hasPassword, isPasswordOf } from "../password/password.ts";
import type { LoginResult, PeopleRuntime, Person, SignedIn, Visitor } from "../people.ts";
import { useCode } from "../second-factor/codes.ts";
import { listPasskeys } from "../second-factor/passkeys.ts";
import { endSessionOf, renewSession } from "./arrival.ts";
import { holdBack } from "./hold-back.ts";

/** How long a proof counts, in the session where it was given. Signing in is one. */
export const PROOF_MINUTES = 10;

/** Whether the last proof in a session still counts. */
export function isFresh({ provedAt }: Pick<SignedIn, "provedAt">, now: Date): boolean {
  return now.getTime() - provedAt.getTime() < PROOF_MINUTES * 60_000;
}

/** The ways in which a person can prove their identity; they can always sign in again instead. */
export interface ProofMethods {
  readonly password: boolean;
  /** A code of the app or a recovery code, in addition to the password if they have one. */
  readonly code: boolean;
  readonly passkey: boolean;
}

/** The ways in which a person can prove their identity. */
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

/** Checks everything that signing in would check. @returns the cookies of a new session, which replaces this one */
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
    return { problem: say("The password is wrong. Try again.") };
  }
  if (known === "none" && !person.hasSecondFactor)
    return { problem: say("You have no password here. Use one of the other ways to confirm.") };
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
