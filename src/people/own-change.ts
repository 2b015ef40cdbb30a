/** A change that a signed-in person makes to how they sign in: rate-limited, attempted and recorded. */
import { type AuditAction, recordEvent } from "./audit.ts";
import { isAccessCurrent } from "./ending.ts";
import type { Auth } from "./engine/auth.ts";
import { isSecurityEvent } from "./mail/security-events.ts";
import { mailSecurityEvent } from "./mail/security-letters.ts";
import { browserHeaders, type PeopleRuntime, type Person, type Refusal, type Visitor } from "./people.ts";
import { holdBack } from "./sign-in/hold-back.ts";

/** The result of the change, the code with which better-auth refused it, or why the person must wait. */
export type ChangeOutcome<T> = { readonly done: T } | { readonly refused: string } | Refusal;

/** The refusals of better-auth that are recorded. */
const wrongProofs: Readonly<Record<string, "person.password-failed" | "person.code-failed">> = {
  INVALID_PASSWORD: "person.password-failed",
  INVALID_CODE: "person.code-failed",
};

/**
 * Runs a call of better-auth that changes how a person signs in.
 * @param action recorded when it succeeds; left out: nothing is recorded
 * @throws {Error} any failure that is no refusal
 */
export async function makeChange<T>(
  runtime: PeopleRuntime,
  person: Pick<Person, "id" | "accessEndings">,
  visitor: Visitor,
  call: (auth: Auth, headers: Headers) => Promise<T>,
  action?: AuditAction,
): Promise<ChangeOutcome<T>> {
  const { headers, ipAddress } = visitor;
  const wait = await holdBack(runtime, "password-change", visitor, { person });
  if (wait !== undefined) return wait;
  const auth = await runtime.people.auth();
  // better-auth is loaded at this point.
  const { endedMeanwhile } = await import("./engine/auth-plugins.ts");
  const attempt = await auth.attempt(() =>
    auth.atomically(async (transaction) => {
      if (!(await isAccessCurrent(transaction, person, "share"))) throw endedMeanwhile();
      return await call(auth, browserHeaders(headers));
    }),
  );
  const wrong = "refused" in attempt ? wrongProofs[attempt.refused] : undefined;
  if (wrong !== undefined)
    runtime.people.refusals.record({ action: wrong, ipAddress, personId: person.id, isOwn: true });
  if ("done" in attempt && action !== undefined) {
    await recordEvent(runtime.database, { userId: person.id, action, subject: person.id, ipAddress });
    if (isSecurityEvent(action))
      mailSecurityEvent(runtime, { headers, ipAddress }, { userId: person.id, event: action });
  }
  return attempt;
}
