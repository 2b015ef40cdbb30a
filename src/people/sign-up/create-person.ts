/** Creates a person from the command line. */
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { hasAccount, isUnused } from "../directory.ts";
import type { Auth } from "../engine/auth.ts";
import { ownWords, refuseWeak } from "../password/password-strength.ts";
import type { PeopleRuntime, Refusal } from "../people.ts";
import { createInvitation } from "./invitations.ts";

interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly invitation?: string | undefined;
}

/** Creates an account with a proved address and a password. @returns its id */
export async function createAccount(auth: Auth, { passwordHash, ...user }: NewAccount): Promise<string> {
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
 * Creates a person with a password, as if they had accepted an invitation. Does nothing if they exist.
 * @param draft with the address in lower case, as `emailShape` makes it
 * @returns why the person was not created, or undefined
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
    return { problem: say("Sign-up is closed. Set SOCIAL_SIGN_UP to invitation to create accounts.") };
  await recordEvent(runtime.database, {
    userId: attempt.done,
    action: "person.signed-up",
    subject: attempt.done,
  });
  return undefined;
}
