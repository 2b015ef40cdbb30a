/** Finds or creates the account of somebody who signs in through the provider. */
import { and, eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { credentials, users } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import { IS_BLOCKED, type PeopleRuntime, type Refusal, type Visitor } from "../people.ts";
import { prepareProof, proveAddress } from "../sign-up/address-proof.ts";
import type { Identity } from "./openid-claims.ts";
import { isFresh } from "./proof.ts";
import { ADDRESS_TAKEN } from "./refusal-codes.ts";
import { sendSignInLink } from "./sign-in-link.ts";

const PROVIDER = "oidc";

type Found = { readonly userId: string; readonly isNew: boolean };

interface Newcomer {
  readonly identity: Identity;
  readonly provider: string;
  /** The page that they wanted to reach. */
  readonly next: string;
}

export async function findOrAdmit(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { identity, provider, next }: Newcomer,
): Promise<Found | Refusal> {
  const { database } = runtime;
  const [linked] = await database
    .select({ userId: credentials.userId })
    .from(credentials)
    .where(and(eq(credentials.providerId, PROVIDER), eq(credentials.accountId, identity.accountId)));
  if (linked !== undefined) return { ...linked, isNew: false };
  const { email, emailVerified, name, accountId } = identity;
  if (email === undefined)
    return {
      problem: say("{provider} did not give us your email address, which we need for your account.", {
        provider,
      }),
    };
  const known = await findOwner(database, email);
  // Checked before anything is linked, since the account may have been made by a stranger.
  if (emailVerified && known?.blockedAt) return { problem: IS_BLOCKED };
  const isVouched = emailVerified || (await isTheirs(runtime, visitor, email));
  // Without the provider's verification the address may be anybody's.
  if (!isVouched && sendsProof(runtime)) return mailProof(runtime, visitor, { email, provider, next });
  const isTaken = {
    problem: say("There is already an account for {email}. Sign in to it as before.", { email }),
  };
  if (!isVouched && known !== undefined) return isTaken;
  const proof = isVouched ? await prepareProof(runtime, visitor, email) : undefined;
  const auth = await runtime.people.auth();
  const { internalAdapter } = await auth.context;
  const attempt = await auth.attempt(() =>
    auth.atomically(async (transaction) => {
      if (proof !== undefined)
        await proveAddress(runtime, transaction, proof, { ipAddress: visitor.ipAddress });
      const owner = await findOwner(transaction, email);
      // Somebody else created the account at this very moment.
      if (owner !== undefined && !(isVouched && owner.isProven)) return undefined;
      const userId =
        owner?.userId ??
        (
          await internalAdapter.createUser(
            { email, name: name ?? "", emailVerified, byProvider: true },
            { method: "oauth" },
          )
        ).id;
      await internalAdapter.linkAccount({ userId, accountId, providerId: PROVIDER });
      return userId;
    }),
  );
  if ("refused" in attempt && attempt.refused === ADDRESS_TAKEN) return isTaken;
  if ("refused" in attempt)
    return {
      problem: say(
        "{email} has no account here and needs an invitation. Ask the operator of this service for one.",
        {
          email,
        },
      ),
    };
  if (attempt.done === undefined) return isTaken;
  if (known !== undefined) await tellOfLink(runtime, visitor, attempt.done);
  return { userId: attempt.done, isNew: known === undefined };
}

async function findOwner(database: Queryable, email: string) {
  const [found] = await database
    .select({ userId: users.id, isProven: users.emailVerified, blockedAt: users.blockedAt })
    .from(users)
    .where(eq(users.email, email));
  return found;
}

async function tellOfLink(runtime: PeopleRuntime, visitor: Visitor, userId: string): Promise<void> {
  const event = "person.provider-linked";
  await recordEvent(runtime.database, {
    ...{ userId, subject: userId, action: event },
    ipAddress: visitor.ipAddress,
  });
  mailSecurityEvent(runtime, visitor, { userId, event });
}

/**
 * Whether this browser is signed in to that account, with a proved address and a recent proof: somebody who
 * merely finds the browser open must not add a way to sign in.
 */
async function isTheirs({ people, now }: PeopleRuntime, { headers }: Visitor, email: string) {
  const signedIn = await people.findPerson(headers);
  return signedIn?.person.isProven === true && signedIn.person.email === email && isFresh(signedIn, now());
}

/**
 * Whether an emailed link may replace the provider's verification: only where the provider has no sign-up rule of
 * its own.
 */
function sendsProof({ config, mailer }: PeopleRuntime): boolean {
  return mailer.available && (config.openid?.signUp ?? config.signUp) === config.signUp;
}

/**
 * Mails a link that signs in the owner of the address and leads back to the provider. Answers the same whether
 * or not somebody has the address.
 */
async function mailProof(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { email, provider, next }: { readonly email: string; readonly provider: string; readonly next: string },
): Promise<Refusal> {
  const back = `/login/oidc/?${new URLSearchParams({ again: "yes", next })}`;
  const refusal = await sendSignInLink(runtime, visitor, { email, next: back });
  return (
    refusal ?? {
      problem: say(
        "{provider} has not verified your email address. If you already have an account for {email}, sign in to it as before. Otherwise open the link that we are emailing you.",
        { provider, email },
      ),
    }
  );
}
