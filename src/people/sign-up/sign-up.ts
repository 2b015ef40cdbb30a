/** Becoming a person of the service, by one's own form or by the operator's command. */

import { say, type Told } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { hasAccount, isUnused } from "../directory.ts";
import type { Auth } from "../engine/auth.ts";
import { ownWords, refuseWeak } from "../password/password-strength.ts";
import {
  browserHeaders,
  LINK_OVER,
  type LoginResult,
  type PeopleRuntime,
  type Refusal,
  type Visitor,
} from "../people.ts";
import { arrive } from "../sign-in/arrival.ts";
import { holdBack } from "../sign-in/hold-back.ts";
import { ADDRESS_TAKEN } from "../sign-in/refusal-codes.ts";
import { createInvitation } from "./invitations.ts";
import { findInvitedAddress, isInvited } from "./open-invitations.ts";
import { asksForProof, readSignUpLink, takeSignUpLink } from "./sign-up-link.ts";

export interface SignUpDraft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly invitation?: string | undefined;
  /** Of a link that was mailed to them. */
  readonly token?: string | undefined;
}

/** What somebody may sign up with: any address, or the one that an invitation or a link was mailed to. */
export interface Welcome {
  readonly address: string | undefined;
  /** Only a letter leads on: see `sign-up-link.ts`. */
  readonly asksForProof: boolean;
}

const refusals: Readonly<Record<string, Told>> = {
  [ADDRESS_TAKEN]: say("There is an account for this address already. Sign in instead."),
  NOT_ADMITTED: say("Sign-up is not open to this address. Ask whoever runs this service for an invitation."),
};

/** Says before the form what `admit` will say after it. */
export async function findWelcome(
  runtime: PeopleRuntime,
  { invitation, token }: Pick<SignUpDraft, "invitation" | "token">,
): Promise<Welcome | Refusal> {
  const { signUp } = runtime.config;
  if (token !== undefined && signUp === "open") {
    const address = await readSignUpLink(runtime, token);
    return address === undefined ? { problem: LINK_OVER } : { address, asksForProof: false };
  }
  const address =
    invitation && signUp !== "closed" ? await findInvitedAddress(runtime, invitation) : undefined;
  if (address !== undefined) return { address, asksForProof: false };
  if (signUp === "open" || (await isUnused(runtime)))
    return { address, asksForProof: await asksForProof(runtime) };
  if (signUp === "closed") return { problem: say("Sign-up is closed. Ask whoever runs this service.") };
  if (invitation)
    return {
      problem: say("This invitation was used already or is over. Ask whoever sent it for a new one."),
    };
  return { problem: say("Sign-up is by invitation. Ask whoever runs this service for one.") };
}

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
    return { problem: say("Ask for a link first: it proves that the address is yours.") };
  const { address: invitedAddress } = welcome;
  if (invitedAddress !== undefined && invitedAddress !== draft.email) {
    runtime.people.refusals.record({ action: "person.turned-away", ipAddress, mail: draft.email });
    return {
      problem: say("This invitation is for {invitedAddress}. Sign up with that address.", { invitedAddress }),
    };
  }
  const takesPlace = invitedAddress === undefined && !(await isUnused(runtime));
  if (takesPlace && (await isInvited(runtime, draft.email)))
    return { problem: say("This address is invited: open the link in its invitation.") };
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

/** Whoever opened the link has the address; only they choose a password. */
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
        return { problem: say("There is an account for this address already. Sign in instead.") };
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

interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly invitation?: string | undefined;
}

/** Of somebody whose address is proved. @returns their id */
async function createAccount(auth: Auth, { passwordHash, ...user }: NewAccount): Promise<string> {
  const { internalAdapter } = await auth.context;
  const { id } = await internalAdapter.createUser(
    { ...user, emailVerified: true },
    { method: "email-password" },
  );
  await internalAdapter.linkAccount({
    userId: id,
    accountId: id,
    providerId: "credential",
    password: passwordHash,
  });
  return id;
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
  const weak = await refuseWeak(password, ownWords(runtime, draft));
  if (weak !== undefined) return weak;
  const invitation = (await isUnused(runtime)) ? undefined : await createInvitation(runtime, email);
  const auth = await runtime.people.auth();
  const passwordHash = await (await auth.context).password.hash(password);
  const attempt = await auth.attempt(() =>
    auth.atomically(() => createAccount(auth, { name, email, passwordHash, invitation })),
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
