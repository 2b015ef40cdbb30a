/** Creates the account of somebody who signs up. */
import { say, type Told } from "../../words/words.ts";
import { hasAccount, isUnused } from "../directory.ts";
import { ownWords, refuseWeak } from "../password/password-strength.ts";
import { browserHeaders, LINK_OVER, type LoginResult, type PeopleRuntime, type Visitor } from "../people.ts";
import { arrive } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { ADDRESS_TAKEN } from "../sign-in/refusal-codes.ts";
import { createAccount } from "./create-person.ts";
import { isInvited } from "./open-invitations.ts";
import { takeSignUpLink } from "./sign-up-link.ts";
import { findWelcome, type SignUpDraft } from "./welcome.ts";

const refusals: Readonly<Record<string, Told>> = {
  [ADDRESS_TAKEN]: say("There is already an account for this address. Sign in instead."),
  NOT_ADMITTED: say(
    "This address cannot sign up without an invitation. Ask the operator of this service for one.",
  ),
};

/** Signs somebody up and in. @returns the cookies of a session, or why they may not */
export async function signUp(
  runtime: PeopleRuntime,
  visitor: Visitor,
  draft: SignUpDraft,
): Promise<LoginResult> {
  const { headers, ipAddress } = visitor;
  const wait = await holdBack(runtime, "sign-up", visitor, { mail: draft.email });
  if (wait !== undefined) return wait;
  const welcome = await findWelcome(runtime, draft);
  if ("problem" in welcome) {
    const action = draft.invitation === undefined ? "person.turned-away" : "person.link-failed";
    runtime.people.refusals.record({ action, ipAddress, mail: draft.email });
    return welcome;
  }
  if (welcome.asksForProof)
    return { problem: say("First request a link. Opening it verifies your address.") };
  const { address: invitedAddress } = welcome;
  if (invitedAddress !== undefined && invitedAddress !== draft.email) {
    runtime.people.refusals.record({ action: "person.turned-away", ipAddress, mail: draft.email });
    return {
      problem: say("This invitation is for {invitedAddress}. Sign up with that address.", { invitedAddress }),
    };
  }
  const takesPlace = invitedAddress === undefined && !(await isUnused(runtime));
  if (takesPlace && (await isInvited(runtime, draft.email)))
    return { problem: say("There is an invitation for this address. Open the link in it.") };
  const weak = await refuseWeak(draft.password, ownWords(runtime, draft));
  if (weak !== undefined) return weak;
  if (draft.token !== undefined) return await finishSignUp(runtime, visitor, draft, draft.token);
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.api.signUpEmail({ body: { ...draft }, headers: browserHeaders(headers), returnHeaders: true }),
  );
  if ("refused" in attempt) {
    runtime.people.refusals.record({ action: "person.turned-away", ipAddress, mail: draft.email });
    return { problem: refusals[attempt.refused] ?? say("That did not work. Try again.") };
  }
  const { id } = attempt.done.response.user;
  const cookies = attempt.done.headers.getSetCookie();
  return { cookies: await arrive(runtime, visitor, { userId: id, cookies, action: "person.signed-up" }) };
}

/** Creates the account of somebody who opened an emailed link, which proves their address. */
async function finishSignUp(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { name, password }: SignUpDraft,
  token: string,
): Promise<LoginResult> {
  const auth = await runtime.people.auth();
  const passwordHash = await (await auth.context).password.hash(password);
  const attempt = await auth.attempt(() =>
    auth.atomically(async (transaction) => {
      const email = await takeSignUpLink(transaction, token, runtime.now());
      if (email === undefined) return { problem: LINK_OVER };
      if (await hasAccount({ database: transaction }, email))
        return { problem: say("There is already an account for this address. Sign in instead.") };
      const userId = await createAccount(auth, { name, email, passwordHash });
      const started = await auth.api.startSession({
        body: { userId },
        headers: browserHeaders(visitor.headers),
        returnHeaders: true,
      });
      return { userId, cookies: started.headers.getSetCookie() };
    }),
  );
  if ("refused" in attempt)
    return { problem: refusals[attempt.refused] ?? say("That did not work. Try again.") };
  if ("problem" in attempt.done) return attempt.done;
  return { cookies: await arrive(runtime, visitor, { ...attempt.done, action: "person.signed-up" }) };
}
