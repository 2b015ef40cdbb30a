/** Codes, grants and tokens of the simulated X: issued, found, rotated and ended. */

import { createHash, randomBytes } from "node:crypto";
import { keepBounded } from "../bounded.ts";
import { isSame } from "../http/secrets.ts";
import { type App, type Code, type Grant, nextId, type TwitterWorld } from "./memory.ts";

const codeLifeMs = 30_000;
const accessTokenLifeSeconds = 7200;
const mostKept = 5_000;

export interface TokenPair {
  token_type: "bearer";
  expires_in: number;
  access_token: string;
  scope: string;
  refresh_token?: string;
}

export function issueCode(world: TwitterWorld, details: Omit<Code, "code" | "expiresAtMs">): string {
  const code = makeToken(world, "ac");
  keepBounded(
    world.memory.codes,
    { ...details, code, expiresAtMs: world.now().getTime() + codeLifeMs },
    mostKept,
  );
  return code;
}

/** Returns undefined if the code is unknown, used, expired, another app's or fails the verifier. Every attempt uses it up. */
export function redeemCode(
  world: TwitterWorld,
  app: App,
  presented: { code: string; redirectUri: string; verifier: string },
): TokenPair | undefined {
  const { memory } = world;
  const code = memory.codes.find((candidate) => candidate.code === presented.code);
  if (!code || code.clientId !== app.clientId) return undefined;
  memory.codes = memory.codes.filter((other) => other !== code);
  const isGood =
    code.expiresAtMs > world.now().getTime() &&
    code.redirectUri === presented.redirectUri &&
    provesChallenge(presented.verifier, code);
  if (!isGood) return undefined;
  const { clientId, accountId, scopes } = code;
  const grant = { id: nextId(world), clientId, accountId, scopes, permission: app.permission };
  keepBounded(memory.grants, grant, mostKept);
  return issueTokens(world, grant);
}

/** Returns undefined if the refresh token is unknown, used, revoked or another app's. */
export function rotateRefreshToken(world: TwitterWorld, app: App, token: string): TokenPair | undefined {
  const { memory } = world;
  const found = memory.refreshTokens.find((candidate) => candidate.token === token);
  const grant = found && memory.grants.find(({ id }) => id === found.grantId);
  if (!grant || grant.clientId !== app.clientId) return undefined;
  memory.refreshTokens = memory.refreshTokens.filter((other) => other !== found);
  return issueTokens(world, grant);
}

export function findGrant(world: TwitterWorld, accessToken: string): Grant | undefined {
  const { memory } = world;
  const found = memory.accessTokens.find(({ token }) => token === accessToken);
  if (!found || found.expiresAtMs <= world.now().getTime()) return undefined;
  return memory.grants.find(({ id }) => id === found.grantId);
}

/** Revoking a refresh token also ends its access tokens; an access token is revoked alone. */
export function revokeToken(world: TwitterWorld, app: App, token: string): void {
  const { memory } = world;
  const refresh = memory.refreshTokens.find((candidate) => candidate.token === token);
  const access = memory.accessTokens.find((candidate) => candidate.token === token);
  const grantId = refresh?.grantId ?? access?.grantId;
  const isOwn = memory.grants.some(({ id, clientId }) => id === grantId && clientId === app.clientId);
  if (!isOwn) return;
  if (refresh) endGrants(world, (grant) => grant.id === refresh.grantId);
  else memory.accessTokens = memory.accessTokens.filter((other) => other !== access);
}

/** "expired" ends only this token; "revoked" ends the grant, as when the person withdraws it. */
export function endToken(world: TwitterWorld, token: string, how: "expired" | "revoked"): void {
  const { memory } = world;
  const found = [...memory.accessTokens, ...memory.refreshTokens].find(
    (candidate) => candidate.token === token,
  );
  if (!found) return;
  if (how === "revoked") {
    endGrants(world, (grant) => grant.id === found.grantId);
  } else {
    memory.accessTokens = memory.accessTokens.filter((other) => other !== found);
    memory.refreshTokens = memory.refreshTokens.filter((other) => other !== found);
  }
}

/** Returns the number of ended grants. */
export function endGrants(world: TwitterWorld, isEnded: (grant: Grant) => boolean): number {
  const { memory } = world;
  const ended = new Set(memory.grants.filter(isEnded).map(({ id }) => id));
  memory.grants = memory.grants.filter(({ id }) => !ended.has(id));
  memory.accessTokens = memory.accessTokens.filter(({ grantId }) => !ended.has(grantId));
  memory.refreshTokens = memory.refreshTokens.filter(({ grantId }) => !ended.has(grantId));
  return ended.size;
}

function issueTokens(world: TwitterWorld, grant: Grant): TokenPair {
  const { memory } = world;
  const accessToken = makeToken(world, "at");
  const expiresAtMs = world.now().getTime() + accessTokenLifeSeconds * 1000;
  keepBounded(memory.accessTokens, { token: accessToken, grantId: grant.id, expiresAtMs }, mostKept);
  const pair: TokenPair = {
    token_type: "bearer",
    expires_in: accessTokenLifeSeconds,
    access_token: accessToken,
    scope: grant.scopes.toSorted().join(" "),
  };
  if (!grant.scopes.includes("offline.access")) return pair;
  const refreshToken = makeToken(world, "rt");
  keepBounded(memory.refreshTokens, { token: refreshToken, grantId: grant.id }, mostKept);
  return { ...pair, refresh_token: refreshToken };
}

/** Opaque to apps; X's are about this long. */
function makeToken(world: TwitterWorld, kind: "ac" | "at" | "rt"): string {
  const random = randomBytes(32).toString("base64url");
  return Buffer.from(`${random}:${world.now().getTime()}:1:1:${kind}:1`).toString("base64url");
}

function provesChallenge(verifier: string, { challenge, method }: Code): boolean {
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  const proof = method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
  return isSame(proof, challenge);
}
