/** Codes, grants and tokens of LinkedIn: issued, renewed and ended (docs/networks/linkedin.md, section 2). */

import { createHash, randomBytes } from "node:crypto";
import { keepBounded } from "../bounded.ts";
import type { App, Code, Grant, LinkedinWorld, Token } from "./memory.ts";
import { oauthRefusal, refusal } from "./problems.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const codeLifeMs = 30 * minuteMs;
export const lifeSeconds = { access: 5_184_000, refresh: 31_536_000 } as const;
const mostKept = 5_000;

export function issueCode(world: LinkedinWorld, details: Omit<Code, "code" | "expiresAtMs">): string {
  const code = `AQT${randomBytes(96).toString("base64url")}`;
  const expiresAtMs = world.now().getTime() + codeLifeMs;
  keepBounded(world.memory.codes, { ...details, code, expiresAtMs }, mostKept);
  return code;
}

/** @throws {Refusal} */
export function redeemCode(
  world: LinkedinWorld,
  app: App,
  presented: { code: string; redirectUri: string },
): Grant {
  const { memory } = world;
  const code = memory.codes.find((candidate) => candidate.code === presented.code);
  if (!code)
    throw oauthRefusal(
      401,
      "invalid_request",
      "Unable to retrieve access token: authorization code not found",
    );
  memory.codes = memory.codes.filter((other) => other !== code);
  const isWrong =
    code.clientId !== app.clientId ||
    code.redirectUri !== presented.redirectUri ||
    code.expiresAtMs <= world.now().getTime();
  if (isWrong) {
    throw oauthRefusal(
      400,
      "invalid_redirect_uri",
      "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists",
    );
  }
  return keepGrant(world, code);
}

/** Granting different scopes ends the earlier tokens; the same scopes keep them valid. */
function keepGrant(world: LinkedinWorld, { clientId, accountId, scopes }: Omit<Grant, "id">): Grant {
  const before = world.memory.grants.filter(
    (grant) => grant.clientId === clientId && grant.accountId === accountId,
  );
  const isSameSet = (grant: Grant) => grant.scopes.toSorted().join() === scopes.toSorted().join();
  for (const grant of before.filter((grant) => !isSameSet(grant))) endGrant(world, grant.id);
  const grant = { id: world.nextId(), clientId, accountId, scopes };
  keepBounded(world.memory.grants, grant, mostKept);
  return grant;
}

export function issueToken(
  world: LinkedinWorld,
  grant: Grant,
  kind: Token["kind"],
  expiresAtMs?: number,
): Token {
  const issuedAtMs = world.now().getTime();
  const token: Token = {
    token: `${kind === "access" ? "AQX" : "AQW"}${randomBytes(260).toString("base64url")}`,
    kind,
    grantId: grant.id,
    issuedAtMs,
    expiresAtMs: expiresAtMs ?? issuedAtMs + lifeSeconds[kind] * 1_000,
    revoked: false,
  };
  keepBounded(world.memory.tokens, token, mostKept);
  return token;
}

/** The grant of a valid refresh token, with the token. @throws {Refusal} */
export function findRefreshToken(
  world: LinkedinWorld,
  app: App,
  presented: string,
): { token: Token; grant: Grant } {
  const token = world.memory.tokens.find(
    (candidate) => candidate.token === presented && candidate.kind === "refresh",
  );
  const grant = world.memory.grants.find(({ id }) => id === token?.grantId);
  const lives = token && !token.revoked && token.expiresAtMs > world.now().getTime();
  if (!lives || !grant || grant.clientId !== app.clientId) {
    throw oauthRefusal(
      400,
      "invalid_request",
      "The provided authorization grant or refresh token is invalid, expired or revoked",
    );
  }
  return { token, grant };
}

/** The grant of a valid access token. @throws {Refusal} */
export function findGrant(world: LinkedinWorld, presented: string): Grant {
  const token = world.memory.tokens.find(
    (candidate) => candidate.token === presented && candidate.kind === "access",
  );
  const grant = world.memory.grants.find(({ id }) => id === token?.grantId);
  if (!token || !grant) throw refusal("token-invalid");
  const now = world.now().getTime();
  if (token.revoked) throw refusal("token-revoked");
  if (token.expiresAtMs <= now) throw refusal("token-expired");
  // A new token is not known everywhere for some seconds.
  if (now - token.issuedAtMs < world.memory.switches.youngTokenSeconds * 1_000)
    throw refusal("token-revoked");
  return grant;
}

export function endGrant(world: LinkedinWorld, grantId: string): void {
  for (const token of world.memory.tokens) if (token.grantId === grantId) token.revoked = true;
}

/** "expired" ends only this token; "revoked" the grant, as when the person withdraws it. */
export function endToken(world: LinkedinWorld, presented: string, how: "expired" | "revoked"): void {
  const token = world.memory.tokens.find((candidate) => candidate.token === presented);
  if (!token) return;
  if (how === "revoked") endGrant(world, token.grantId);
  else token.expiresAtMs = world.now().getTime();
}

/** The member's id, which differs for each app. */
export function pairwiseId({ clientId, accountId }: Pick<Grant, "clientId" | "accountId">): string {
  return createHash("sha256").update(`${clientId} ${accountId}`).digest("hex").slice(0, 10);
}

/** "2026-11-23": counters restart at midnight UTC. */
export function dayOf(world: LinkedinWorld): string {
  return new Date(Math.floor(world.now().getTime() / dayMs) * dayMs).toISOString().slice(0, 10);
}
