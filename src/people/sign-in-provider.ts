/** Who comes from the provider: a person whom we know, one whose address we know, or somebody new. */
import { and, eq } from "drizzle-orm";
import { credentials, users } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { BLOCKED } from "./admission.ts";
import { recordEvent } from "./audit.ts";
import { type Identity, OpenIdError } from "./openid.ts";
import {
  browserHeaders,
  IS_BLOCKED,
  type LoginResult,
  type PeopleRuntime,
  type Refusal,
  type Visitor,
} from "./people.ts";

const PROVIDER = "oidc";

/** @returns where to send the browser, with the secret for its cookie, or why that cannot be now */
export async function beginProviderSignIn(
  runtime: PeopleRuntime,
  { ipAddress }: Visitor,
): Promise<{ readonly url: string; readonly state: string } | Refusal> {
  const { openid, limits } = runtime.people;
  if (openid === undefined) return { problem: say("No provider is set up here.") };
  const wait = limits.count("openid", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  try {
    return await openid.begin();
  } catch (error) {
    return tellFailure(runtime, error, openid.settings.name);
  }
}

/** @param state what the browser's cookie kept; absent: it was not we who sent it there, or long ago */
export async function signInByProvider(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  { query, state }: { query: URLSearchParams; state: string | undefined },
): Promise<LoginResult> {
  const { openid, limits } = runtime.people;
  if (openid === undefined) return { problem: say("No provider is set up here.") };
  const { name } = openid.settings;
  const wait = limits.count("openid", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  if (state === undefined)
    return { problem: say("That took too long, or began in another browser. Try again.") };
  let identity: Identity;
  try {
    identity = await openid.finish(query, state);
  } catch (error) {
    return tellFailure(runtime, error, name);
  }
  const found = await findOrAdmit(runtime, identity, name);
  if ("problem" in found) return found;
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.api.startSession({
      body: { userId: found.userId },
      headers: browserHeaders(headers),
      returnHeaders: true,
    }),
  );
  if ("refused" in attempt)
    return { problem: attempt.refused === BLOCKED ? IS_BLOCKED : say("That did not work. Try again.") };
  await recordEvent(runtime.database, {
    ...{ userId: found.userId, subject: found.userId, ipAddress },
    action: found.isNew ? "person.signed-up" : "person.signed-in",
  });
  return { cookies: attempt.done.headers.getSetCookie() };
}

type Found = { readonly userId: string; readonly isNew: boolean };

async function findOrAdmit(
  runtime: PeopleRuntime,
  identity: Identity,
  provider: string,
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
  const [known] = await database
    .select({ userId: users.id, isProven: users.emailVerified })
    .from(users)
    .where(eq(users.email, email));
  // Whoever made the account may not be whose address it is, and at the provider the address may be anybody's.
  if (known !== undefined && !(emailVerified && known.isProven))
    return {
      problem: say("There is an account for {email} already. Sign in to it as you did before.", { email }),
    };
  const auth = await runtime.people.auth();
  const { internalAdapter } = await auth.context;
  const attempt = await auth.attempt(() =>
    auth.atomically(async () => {
      const userId =
        known?.userId ??
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
  if ("refused" in attempt)
    return {
      problem: say("{email} has no account here, and needs an invitation. Ask whoever runs this service.", {
        email,
      }),
    };
  return { userId: attempt.done, isNew: known === undefined };
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
