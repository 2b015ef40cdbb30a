/** The second step of signing in. */
import { say } from "../../words/words.ts";
import { countEndings } from "../ending.ts";
import type { LoginResult, PeopleRuntime, Visitor } from "../people.ts";
import { arrive, beginSession } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { PENDING_COOKIE, takePending, tryPending } from "../sign-in/pending-sign-in.ts";
import { useCode } from "./codes.ts";

/** The sign-in that waited for a code is over. */
export const ENDED = say("That took too long or too many attempts. Start signing in again.");

/** Signs somebody in by a code after the first step. @param trusted whether to trust this browser for `TRUST_DAYS` */
export async function signInByCode(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { code, trusted }: { code: string; trusted: boolean },
): Promise<LoginResult> {
  const { ipAddress } = visitor;
  const wait = await holdBack(runtime, "code", visitor);
  if (wait !== undefined) return wait;
  const secret = await runtime.people.readCookie(visitor.headers, PENDING_COOKIE);
  const userId = secret === undefined ? undefined : await tryPending(runtime, secret);
  if (secret === undefined || userId === undefined) {
    runtime.people.refusals.record({ action: "person.code-failed", ipAddress });
    return { problem: ENDED };
  }
  const accessEndings = await countEndings(runtime.database, userId);
  const refusal = await useCode(runtime, visitor, { userId, typed: code });
  if (refusal !== undefined) {
    runtime.people.refusals.record({ action: "person.code-failed", ipAddress, personId: userId });
    return refusal;
  }
  if (!(await takePending(runtime, secret))) return { problem: ENDED };
  const begun = await beginSession(runtime, visitor, { userId, trusted, accessEndings });
  if ("problem" in begun) {
    runtime.people.refusals.record({ action: "person.turned-away", ipAddress, personId: userId });
    return begun;
  }
  return { cookies: await arrive(runtime, visitor, { userId, cookies: begun.cookies }) };
}
