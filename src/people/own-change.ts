/** One change that a signed-in person makes to how they prove who they are: counted, attempted, recorded. */

import { type AuditAction, recordEvent } from "./audit.ts";
import type { Auth } from "./auth.ts";
import { browserHeaders, type PeopleRuntime, type Person, type Refusal, type Visitor } from "./people.ts";

/** What better-auth gave, the code of its refusal, or why the person must wait. */
export type ChangeOutcome<T> = { readonly done: T } | { readonly refused: string } | Refusal;

/** @param action recorded when it is done; absent: nothing is */
export async function makeChange<T>(
  runtime: PeopleRuntime,
  person: Pick<Person, "id" | "email">,
  { headers, ipAddress }: Visitor,
  call: (auth: Auth, headers: Headers) => Promise<T>,
  action?: AuditAction,
): Promise<ChangeOutcome<T>> {
  const wait = runtime.people.limits.count("password-change", { mail: person.email, ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() => auth.atomically(() => call(auth, browserHeaders(headers))));
  if ("done" in attempt && action !== undefined)
    await recordEvent(runtime.database, { userId: person.id, action, subject: person.id, ipAddress });
  return attempt;
}
