/** Becoming a person of the service, by one's own form or by the operator's command. */

import { say } from "../words/words.ts";
import { recordEvent } from "./audit.ts";
import { hasAccount, isUnused } from "./directory.ts";
import { createInvitation, findInvitedAddress } from "./invitations.ts";
import {
  browserHeaders,
  type LoginResult,
  type PeopleRuntime,
  type Refusal,
  type Visitor,
} from "./people.ts";

export interface SignUpDraft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly invitation: string | undefined;
}

/** What somebody may sign up with: any address, or the one they are invited by. */
export interface Welcome {
  readonly invitedAddress: string | undefined;
}

const refusals: Readonly<Record<string, string>> = {
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: say(
    "There is an account for this address already. Sign in instead.",
  ),
  NOT_ADMITTED: say("Sign-up is not open to this address. Ask whoever runs this service for an invitation."),
};

/** Says before the form what `admit` will say after it. */
export async function findWelcome(
  runtime: PeopleRuntime,
  invitation: string | undefined,
): Promise<Welcome | Refusal> {
  const { signUp } = runtime.config;
  const invitedAddress =
    invitation && signUp !== "closed" ? await findInvitedAddress(runtime, invitation) : undefined;
  if (invitedAddress !== undefined || signUp === "open" || (await isUnused(runtime)))
    return { invitedAddress };
  if (signUp === "closed") return { problem: say("Sign-up is closed. Ask whoever runs this service.") };
  if (invitation)
    return {
      problem: say("This invitation was used already or is over. Ask whoever sent it for a new one."),
    };
  return { problem: say("Sign-up is by invitation. Ask whoever runs this service for one.") };
}

export async function signUp(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  draft: SignUpDraft,
): Promise<LoginResult> {
  const wait = runtime.people.limits.count("sign-up", { mail: draft.email, ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const welcome = await findWelcome(runtime, draft.invitation);
  if ("problem" in welcome) return welcome;
  if (welcome.invitedAddress !== undefined && welcome.invitedAddress !== draft.email) {
    return {
      problem: say("This invitation is for {invitedAddress}. Sign up with that address.", {
        invitedAddress: welcome.invitedAddress,
      }),
    };
  }
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.api.signUpEmail({ body: { ...draft }, headers: browserHeaders(headers), returnHeaders: true }),
  );
  if ("refused" in attempt)
    return { problem: refusals[attempt.refused] ?? say("That did not work. Try again.") };
  const { id } = attempt.done.response.user;
  await recordEvent(runtime.database, { userId: id, action: "person.signed-up", subject: id, ipAddress });
  return { cookies: attempt.done.headers.getSetCookie() };
}

/**
 * Makes a person who can sign in by password, as an invitation that is accepted at once. Does nothing when they exist.
 * @param draft with the address in lower case, as `emailShape` makes it
 * @returns why there is no such person, or undefined
 */
export async function createPerson(
  runtime: PeopleRuntime,
  draft: { email: string; password: string; name: string },
): Promise<Refusal | undefined> {
  const { email, password, name } = draft;
  if (await hasAccount(runtime, email)) return undefined;
  const invitation = (await isUnused(runtime)) ? undefined : await createInvitation(runtime, email);
  const auth = await runtime.people.auth();
  const { internalAdapter, password: passwords } = await auth.context;
  const passwordHash = await passwords.hash(password);
  const attempt = await auth.attempt(() =>
    auth.atomically(async () => {
      const { id } = await internalAdapter.createUser(
        { email, name, emailVerified: true, invitation },
        { method: "email-password" },
      );
      await internalAdapter.linkAccount({
        userId: id,
        accountId: id,
        providerId: "credential",
        password: passwordHash,
      });
      return id;
    }),
  );
  if ("refused" in attempt)
    return { problem: say("Sign-up is closed: set SOCIAL_SIGN_UP to invitation to make accounts.") };
  await recordEvent(runtime.database, {
    userId: attempt.done,
    action: "person.signed-up",
    subject: attempt.done,
  });
  return undefined;
}
