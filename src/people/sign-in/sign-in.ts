/** Signing in by password, and signing out. */
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { endAllAccess } from "../ending.ts";
import {
  browserHeaders,
  type FirstStepResult,
  IS_BLOCKED,
  type PeopleRuntime,
  type Visitor,
} from "../people.ts";
import { finishFirstStep } from "./first-step.ts";
import { holdBack } from "./hold-back.ts";
import { BLOCKED } from "./refusal-codes.ts";

/**
 * Signs somebody in by password. Takes the same time and answers the same for a wrong password and an unknown
 * address.
 */
export async function signIn(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { email, password }: { email: string; password: string },
): Promise<FirstStepResult> {
  const { headers, ipAddress } = visitor;
  const wait = await holdBack(runtime, "sign-in", visitor, { mail: email });
  if (wait !== undefined) return wait;
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.api.signInEmail({
      body: { email, password },
      headers: browserHeaders(headers),
      returnHeaders: true,
    }),
  );
  if ("refused" in attempt) {
    const isBlocked = attempt.refused === BLOCKED;
    const action = isBlocked ? "person.turned-away" : "person.sign-in-failed";
    runtime.people.refusals.record({ action, ipAddress, mail: email });
    if (isBlocked) return { problem: IS_BLOCKED };
    return { problem: say("The email address or the password is wrong. Check both and try again.") };
  }
  return await finishFirstStep(runtime, visitor, attempt.done);
}

/** Signs a browser out, or all of its person's. @returns the Set-Cookie values that delete the session */
export async function signOut(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  extent: "here" | "everywhere",
): Promise<readonly string[]> {
  const { api } = await runtime.people.auth();
  const signedIn = await runtime.people.findPerson(headers);
  if (signedIn !== undefined) {
    const { id } = signedIn.person;
    const action = extent === "everywhere" ? "person.signed-out-everywhere" : "person.signed-out";
    await runtime.database.transaction(async (transaction) => {
      if (extent === "everywhere") await endAllAccess(transaction, id, runtime.now());
      await recordEvent(transaction, { userId: id, action, subject: id, ipAddress });
    });
  }
  const answer = await api.signOut({ headers: browserHeaders(headers), returnHeaders: true });
  return answer.headers.getSetCookie();
}
