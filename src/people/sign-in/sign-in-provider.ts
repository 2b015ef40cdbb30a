/** Who comes from the provider: a person whom we know, one whose address we know, or somebody new. */
import { and, eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { credentials, users } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { tellPerson } from "../mail/security-letters.ts";
import { IS_BLOCKED, type LoginResult, type PeopleRuntime, type Refusal, type Visitor } from "../people.ts";
import { prepareProof, proveAddress } from "../sign-up/address-proof.ts";
import { arrive, beginSession } from "./arrival.ts";
import { holdBack } from "./hold-back.ts";
import { type Identity, OpenIdError } from "./openid.ts";
import { isFresh } from "./proof.ts";
import { ADDRESS_TAKEN } from "./refusal-codes.ts";
import { sendSignInLink } from "./sign-in-link.ts";

const PROVIDER = "oidc";

/** @returns where to send the browser, with the secret for its cookie, or why that cannot be now */
export async function beginProviderSignIn(
  runtime: PeopleRuntime,
  visitor: Visitor,
): Promise<{ readonly url: string; readonly state: string } | Refusal> {
  const { openid } = runtime.people;
  if (openid === undefined) return { problem: say("No provider is set up here.") };
  const wait = await holdBack(runtime, "openid", visitor);
  if (wait !== undefined) return wait;
  const signedIn = await runtime.people.findPerson(visitor.headers);
  // Whoever confirms that it is they: that the browser is logged in there still would prove nothing.
  const anew = signedIn !== undefined && !isFresh(signedIn, runtime.now());
  try {
    return await openid.begin({ anew });
  } catch (error) {
    return tellFailure(runtime, error, openid.settings.name);
  }
}

/** @param state what the browser's cookie kept; absent: it was not we who sent it there, or long ago */
export async function signInByProvider(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { query, state, next }: { query: URLSearchParams; state: string | undefined; next: string },
): Promise<LoginResult> {
  const { ipAddress } = visitor;
  const { openid, refusals } = runtime.people;
  if (openid === undefined) return { problem: say("No provider is set up here.") };
  const { name } = openid.settings;
  const wait = await holdBack(runtime, "openid", visitor);
  if (wait !== undefined) return wait;
  if (state === undefined)
    return { problem: say("That took too long, or began in another browser. Try again.") };
  let identity: Identity;
  try {
    identity = await openid.finish(query, state);
  } catch (error) {
    return tellFailure(runtime, error, name);
  }
  const found = await findOrAdmit(runtime, visitor, { identity, provider: name, next });
  if ("problem" in found) {
    refusals.record({ action: "person.turned-away", ipAddress, mail: identity.email });
    return found;
  }
  const { userId, isNew } = found;
  const begun = await beginSession(runtime, visitor, { userId, provedAt: readProof(runtime, identity) });
  if ("problem" in begun) {
    refusals.record({ action: "person.turned-away", ipAddress, personId: userId });
    return begun;
  }
  const action = isNew ? "person.signed-up" : "person.signed-in";
  return { cookies: await arrive(runtime, visitor, { userId, cookies: begun.cookies, action }) };
}

/** The provider may have known the browser for days; its clock may be ahead of ours. */
function readProof({ now }: PeopleRuntime, { loggedInAt }: Identity): Date | undefined {
  return loggedInAt !== undefined && loggedInAt < now() ? loggedInAt : undefined;
}

type Found = { readonly userId: string; readonly isNew: boolean };

interface Newcomer {
  readonly identity: Identity;
  readonly provider: string;
  /** Where they were going. */
  readonly next: string;
}

async function findOrAdmit(
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
      problem: say("{provider} did not tell us your mail address, and we cannot do without it.", {
        provider,
      }),
    };
  const known = await findOwner(database, email);
  // Before anything is linked: an account that a stranger made would keep it.
  if (emailVerified && known?.blockedAt) return { problem: IS_BLOCKED };
  const isVouched = emailVerified || (await isTheirs(runtime, visitor, email));
  // At a provider that does not vouch for it the address may be anybody's.
  if (!isVouched && sendsProof(runtime)) return mailProof(runtime, visitor, { email, provider, next });
  const isTaken = {
    problem: say("There is an account for {email} already. Sign in to it as you did before.", { email }),
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
      // Somebody else made it in this very moment.
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
      problem: say("{email} has no account here, and needs an invitation. Ask whoever runs this service.", {
        email,
      }),
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
  tellPerson(runtime, visitor, { userId, event });
}

/**
 * They signed in another way in this browser, to the account that they proved to be theirs. And just now: who merely
 * finds it open must not add a way in.
 */
async function isTheirs({ people, now }: PeopleRuntime, { headers }: Visitor, email: string) {
  const signedIn = await people.findPerson(headers);
  return signedIn?.person.isProven === true && signedIn.person.email === email && isFresh(signedIn, now());
}

/** A mailed link admits by the service's own rule: where the provider's people have another, it cannot stand in for it. */
function sendsProof({ config, mailer }: PeopleRuntime): boolean {
  return mailer.available && (config.openid?.signUp ?? config.signUp) === config.signUp;
}

/**
 * The link signs in whoever reads the address, and leads back to the provider, whose word is then known to be theirs.
 * Says the same whether or not somebody has the address.
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
        "{provider} does not vouch for your mail address. If there is an account for {email} already, sign in to it as you did before; else open the link that is on its way to you by mail.",
        { provider, email },
      ),
    }
  );
}

function tellFailure({ log }: PeopleRuntime, error: unknown, name: string): Refusal {
  if (!(error instanceof OpenIdError)) throw error;
  if (error.reason === "declined") return { problem: say("You did not sign in at {name}.", { name }) };
  log.error(
    { reason: error.reason, cause: readCauses(error) },
    "signing in at the OpenID Connect provider failed",
  );
  return error.reason === "unreachable"
    ? {
        problem: say("{name} does not answer at present. Try again in a minute, or sign in another way.", {
          name,
        }),
      }
    : { problem: say("{name} and Sharewell did not understand each other. Try again.", { name }) };
}

/** Each cause's kind and code, down to the first: their words are not logged, an answer can hold codes. */
function readCauses(error: Error): string {
  const causes: string[] = [];
  for (let { cause } = error; cause instanceof Error; cause = cause.cause)
    causes.push("code" in cause ? `${cause.name} ${String(cause.code)}` : cause.name);
  return causes.length === 0 ? "unknown" : causes.join(", by ");
}
