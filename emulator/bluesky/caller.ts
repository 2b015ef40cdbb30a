/** Authenticates calls for a person: an access token with a proof of its key. */
import type { Context } from "hono";
import type { Env } from "../network.ts";
import { type BlueskyAccount, type BlueskyWorld, findAccount, type Session } from "./memory.ts";
import { challengeOf, checkProof, nextNonce } from "./oauth/dpop.ts";
import { isOurs } from "./oauth/sessions.ts";
import { calledOrigin, serverOf } from "./places.ts";
import { Refusal, refusal } from "./problems.ts";

export interface Caller {
  readonly session: Session;
  readonly account: BlueskyAccount;
}

/** @throws {Refusal} 401, or 403 if the account is gone */
export async function readCaller(world: BlueskyWorld, c: Context<Env>): Promise<Caller> {
  c.header("cache-control", "private");
  c.header("vary", "Authorization");
  const authorization = c.req.header("authorization");
  if (!authorization) throw refusal(401, "AuthMissing", "Authentication Required");
  const [, kind = "", token = ""] = /^(\S+) (\S+)$/.exec(authorization) ?? [];
  if (token === "") throw refusal(400, "InvalidToken", "Malformed authorization header");
  if (/^bearer$/i.test(kind)) throw refusal(400, "InvalidToken", "Malformed token");
  if (/^basic$/i.test(kind)) throw refusal(400, "InvalidToken", "Unexpected authorization type");
  if (!/^dpop$/i.test(kind)) throw refusal(400, "InvalidToken", `Unsupported authorization type: ${kind}`);
  c.header("dpop-nonce", nextNonce(world));
  c.header("access-control-expose-headers", "DPoP-Nonce");
  try {
    const session = await findCallersSession(world, c, token);
    const account = findAccount(world, session.accountId);
    if (!account || serverOf(world, account) !== calledOrigin(world, c))
      throw refusal(403, "AccountNotFound", "Account not found");
    return { session, account };
  } catch (error) {
    throw error instanceof Refusal && error.body.error_description !== undefined ? asResource(error) : error;
  }
}

async function findCallersSession(world: BlueskyWorld, c: Context<Env>, token: string): Promise<Session> {
  const proof = await checkProof(world, {
    method: c.req.method,
    url: `${calledOrigin(world, c)}${c.req.path}`,
    proof: c.req.header("dpop"),
    accessToken: token,
  });
  const session = world.memory.sessions.find(({ accessToken }) => accessToken === token);
  if (!session) throw oauthProblem("invalid_token", complainAboutToken(token));
  if (session.expiresAtMs <= world.now().getTime())
    throw oauthProblem("invalid_token", '"exp" claim timestamp check failed');
  if (!proof) throw oauthProblem("invalid_dpop_proof", "DPoP proof required");
  if (proof.thumbprint !== session.keyThumbprint)
    throw oauthProblem("invalid_token", "Invalid DPoP key binding");
  return session;
}

function oauthProblem(error: string, description: string): Refusal {
  return new Refusal(401, { error, error_description: description });
}

/** A server with records answers 401 in the words of calls, and names the problem in `WWW-Authenticate` as well. */
function asResource({ body }: Refusal): Refusal {
  const { error = "", error_description: message = "" } = body;
  return new Refusal(
    401,
    { error, message },
    {
      "www-authenticate": challengeOf(error, message),
      "access-control-expose-headers": "DPoP-Nonce, WWW-Authenticate",
    },
  );
}

function complainAboutToken(token: string): string {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return "Malformed token";
  return isOurs(token) ? "Invalid token" : "signature verification failed";
}

/** Writing asks for the account again: `repo` may be its handle. @throws {Refusal} */
export function checkWriter(world: BlueskyWorld, caller: Caller, repo: string): void {
  const account = findAccount(world, repo);
  if (!account) throw refusal(403, "AccountNotFound", "Account not found");
  checkStatus(account);
  if (account.id !== caller.account.id)
    throw refusal(401, "AuthenticationRequired", "Authentication Required");
}

/** @throws {Refusal} 401 */
function checkStatus({ status }: BlueskyAccount): void {
  if (status === "takendown" || status === "suspended")
    throw refusal(401, "AccountTakedown", "Account has been taken down");
  if (status === "deactivated") throw refusal(401, "AccountDeactivated", "Account is deactivated");
}
