/** Asks for the password before a change to the second factor. */
import { say } from "../../words/words.ts";
import { isPasswordOf } from "../password/password.ts";
import type { PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { holdBack } from "../sign-in/hold-back.ts";

const WRONG_PASSWORD = say("The password is wrong. Nothing was changed. Try again.");

/**
 * Checks the password that the form asks for. People without a password had to prove their identity on the page
 * before.
 */
export async function refuseStranger(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password = "",
): Promise<Refusal | undefined> {
  const wait = await holdBack(runtime, "password-change", visitor, { person });
  if (wait !== undefined) return wait;
  if ((await isPasswordOf(runtime, person, password)) !== "wrong") return undefined;
  const { ipAddress } = visitor;
  const action = "person.password-failed";
  runtime.people.refusals.record({ action, ipAddress, personId: person.id, isOwn: true });
  return { problem: WRONG_PASSWORD };
}
