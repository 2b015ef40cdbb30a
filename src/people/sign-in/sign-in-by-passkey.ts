/** Signing in by passkey. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import { passkeys } from "../../database/schema.ts";
import { say, type Told } from "../../words/words.ts";
import { lockPerson } from "../ending.ts";
import {
  browserHeaders,
  IS_BLOCKED,
  type LoginResult,
  type PeopleRuntime,
  type Refusal,
  type Visitor,
} from "../people.ts";
import { answerShape, type Ceremony } from "../second-factor/passkeys.ts";
import { arrive } from "./arrival.ts";
import { holdBack } from "./hold-back.ts";
import { BLOCKED, NOT_UNLOCKED } from "./refusal-codes.ts";

/** The browser's answer with a passkey that its owner unlocked. */
export const usedPasskeyShape = answerShape.extend({
  response: z.looseObject({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
  }),
});

const signedInShape = z.object({ user: z.object({ id: z.string() }) });

/** Starts a sign-in by passkey. No person is named: the browser offers the passkeys that it has for us. */
export async function beginPasskeySignIn(
  runtime: PeopleRuntime,
  visitor: Visitor,
): Promise<Ceremony | Refusal> {
  const { headers } = visitor;
  const wait = await holdBack(runtime, "passkey", visitor);
  if (wait !== undefined) return wait;
  const { api } = await runtime.people.auth();
  const begun = await api.generatePasskeyAuthenticationOptions({
    headers: browserHeaders(headers),
    returnHeaders: true,
  });
  return { options: begun.response, cookies: begun.headers.getSetCookie() };
}

/** Signs somebody in by passkey. */
export async function signInByPasskey(
  runtime: PeopleRuntime,
  visitor: Visitor,
  answer: z.infer<typeof usedPasskeyShape>,
): Promise<LoginResult> {
  const wait = await holdBack(runtime, "passkey", visitor);
  if (wait !== undefined) return wait;
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.atomically(async (transaction) => {
      const [used] = await transaction
        .select({ userId: passkeys.userId })
        .from(passkeys)
        .where(eq(passkeys.credentialID, answer.id));
      // Waits for an ending of all access, such as the removal of this passkey, before the passkey is checked.
      if (used !== undefined) await lockPerson(transaction, used.userId);
      return await auth.api.verifyPasskeyAuthentication({
        body: { response: answer },
        headers: browserHeaders(visitor.headers),
        returnHeaders: true,
      });
    }),
  );
  if ("refused" in attempt) {
    const action = attempt.refused === BLOCKED ? "person.turned-away" : "person.sign-in-failed";
    runtime.people.refusals.record({ action, ipAddress: visitor.ipAddress });
    return { problem: refusals[attempt.refused] ?? say("That did not work. Try again.") };
  }
  const userId = signedInShape.parse(attempt.done.response).user.id;
  const cookies = attempt.done.headers.getSetCookie();
  return { cookies: await arrive(runtime, visitor, { userId, cookies }) };
}

const refusals: Readonly<Record<string, Told>> = {
  PASSKEY_NOT_FOUND: say("This passkey is unknown or was removed. Sign in another way."),
  [NOT_UNLOCKED]: say("Unlock the passkey with your fingerprint, face or PIN, then try again."),
  [BLOCKED]: IS_BLOCKED,
};
