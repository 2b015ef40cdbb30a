/** Signs people in through the OpenID Connect provider. */
import { say } from "../../words/words.ts";
import type { LoginResult, PeopleRuntime, Refusal, Visitor } from "../people.ts";
import { arrive, beginSession } from "./arrival.ts";
import { holdBack } from "./hold-back.ts";
import { OpenIdError } from "./openid.ts";
import type { Identity } from "./openid-claims.ts";
import { isFresh } from "./proof.ts";
import { findOrAdmit } from "./provider-account.ts";

/**
 * Starts a sign-in at the provider.
 * @returns where to send the browser and the secret for its cookie, or why that is not possible
 */
export async function beginProviderSignIn(
  runtime: PeopleRuntime,
  visitor: Visitor,
): Promise<{ readonly url: string; readonly state: string } | Refusal> {
  const { openid } = runtime.people;
  if (openid === undefined) return { problem: say("No identity provider is set up here.") };
  const wait = await holdBack(runtime, "openid", visitor);
  if (wait !== undefined) return wait;
  const signedIn = await runtime.people.findPerson(visitor.headers);
  // For re-authentication it proves nothing that the browser is still signed in at the provider.
  const anew = signedIn !== undefined && !isFresh(signedIn, runtime.now());
  try {
    return await openid.begin({ anew });
  } catch (error) {
    return tellFailure(runtime, error, openid.settings.name);
  }
}

/**
 * Signs somebody in who comes back from the provider.
 * @param state the secret in the browser's cookie; undefined when there is none, or it has expired
 */
export async function signInByProvider(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { query, state, next }: { query: URLSearchParams; state: string | undefined; next: string },
): Promise<LoginResult> {
  const { ipAddress } = visitor;
  const { openid, refusals } = runtime.people;
  if (openid === undefined) return { problem: say("No identity provider is set up here.") };
  const { name } = openid.settings;
  const wait = await holdBack(runtime, "openid", visitor);
  if (wait !== undefined) return wait;
  if (state === undefined)
    return { problem: say("That took too long, or started in another browser. Try again.") };
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

/**
 * When the person proved their identity: the provider may have known the browser for days, and its clock may be
 * ahead of ours.
 */
function readProof({ now }: PeopleRuntime, { loggedInAt }: Identity): Date | undefined {
  return loggedInAt !== undefined && loggedInAt < now() ? loggedInAt : undefined;
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
        problem: say("{name} is not responding. Try again in a minute, or sign in another way.", {
          name,
        }),
      }
    : { problem: say("Signing in through {name} failed. Try again.", { name }) };
}

/** The kind and code of each cause. Messages are not logged, since they can contain codes. */
function readCauses(error: Error): string {
  const causes: string[] = [];
  for (let { cause } = error; cause instanceof Error; cause = cause.cause)
    causes.push("code" in cause ? `${cause.name} ${String(cause.code)}` : cause.name);
  return causes.length === 0 ? "unknown" : causes.join(", by ");
}
