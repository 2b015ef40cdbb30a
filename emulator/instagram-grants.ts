/** Codes, grants and tokens of Instagram Login: made, exchanged, renewed and ended (docs/platforms/instagram.md, section 3). */

import { randomBytes } from "node:crypto";
import { keepBounded } from "./bounded.ts";
import type { Code, Grant, InstagramApp, InstagramWorld, Token } from "./instagram-memory.ts";
import { endedToken, invalidParameter, refusal } from "./instagram-problems.ts";
import { isSame } from "./secrets.ts";

const hourMs = 60 * 60 * 1000;
const codeLifeMs = hourMs;
const lifeMs = { short: hourMs, long: 5_183_944 * 1000 } as const;
/** A younger token is not renewed. */
const renewableAfterMs = 24 * hourMs;
const mostKept = 5_000;

export const basicScope = "instagram_business_basic";

export function issueCode(world: InstagramWorld, details: Omit<Code, "code" | "expiresAtMs">): string {
  const code = `AQB${randomBytes(96).toString("base64url")}`;
  const expiresAtMs = world.now().getTime() + codeLifeMs;
  keepBounded(world.memory.codes, { ...details, code, expiresAtMs }, mostKept);
  return code;
}

/** Undefined when the code is unknown, used, too old, or another app's or address's. A try spends it. */
export function redeemCode(
  world: InstagramWorld,
  app: InstagramApp,
  presented: { code: string; redirectUri: string },
): { token: Token; grant: Grant } | undefined {
  const { memory } = world;
  const code = memory.codes.find((candidate) => candidate.code === presented.code);
  if (!code || code.clientId !== app.clientId) return undefined;
  memory.codes = memory.codes.filter((other) => other !== code);
  if (code.expiresAtMs <= world.now().getTime() || code.redirectUri !== presented.redirectUri)
    return undefined;
  const { clientId, accountId, scopes } = code;
  const grant = { id: world.nextId(), clientId, accountId, scopes };
  keepBounded(memory.grants, grant, mostKept);
  return { token: issueToken(world, grant, "short"), grant };
}

/** Short-lived for long-lived. @throws {GraphRefusal} */
export function exchangeToken(world: InstagramWorld, token: string, clientSecret: string): Token {
  const { token: found, grant } = findToken(world, token);
  const app = world.memory.apps.find(({ clientId }) => clientId === grant.clientId);
  if (!app || !isSame(app.clientSecret, clientSecret)) throw invalidParameter("The client secret is invalid");
  if (found.kind !== "short") throw invalidParameter("The access token is long-lived already");
  return issueToken(world, grant, "long");
}

/** @throws {GraphRefusal} */
export function renewToken(world: InstagramWorld, token: string): Token {
  const { token: found, grant } = findToken(world, token);
  if (found.kind !== "long") throw invalidParameter("A short-lived access token cannot be refreshed");
  if (world.now().getTime() - found.issuedAtMs < renewableAfterMs)
    throw invalidParameter("The access token must be at least 24 hours old to be refreshed");
  if (!grant.scopes.includes(basicScope)) throw refusal("permission-missing");
  return issueToken(world, grant, "long");
}

/** @throws {GraphRefusal} 190, with the subcode that tells why */
export function findToken(world: InstagramWorld, token: string): { token: Token; grant: Grant } {
  const { tokens, grants } = world.memory;
  const found = tokens.find((candidate) => candidate.token === token);
  const grant = grants.find(({ id }) => id === found?.grantId);
  if (!found || !grant) throw refusal("token-unreadable");
  if (found.endedBy !== undefined) throw endedToken(found.endedBy);
  if (found.expiresAtMs <= world.now().getTime()) throw refusal("token-expired");
  return { token: found, grant };
}

/** Ends tokens before their time; from now on they are refused with this subcode of 190. Returns how many. */
export function endTokens(
  world: InstagramWorld,
  subcode: number,
  isEnded: (grant: Grant) => boolean,
): number {
  const { tokens, grants } = world.memory;
  const ended = new Set(grants.filter(isEnded).map(({ id }) => id));
  const alive = tokens.filter(({ grantId, endedBy }) => ended.has(grantId) && endedBy === undefined);
  for (const token of alive) token.endedBy = subcode;
  return alive.length;
}

const appRemoved = 458;

/** "expired": this token alone. "revoked": the person removed the app. */
export function endToken(world: InstagramWorld, token: string, how: "expired" | "revoked"): void {
  const found = world.memory.tokens.find((candidate) => candidate.token === token);
  if (!found) return;
  if (how === "revoked") endTokens(world, appRemoved, ({ id }) => id === found.grantId);
  else found.expiresAtMs = world.now().getTime();
}

function issueToken(world: InstagramWorld, grant: Grant, kind: Token["kind"]): Token {
  const issuedAtMs = world.now().getTime();
  const token: Token = {
    token: `IGAA${randomBytes(90).toString("base64").replaceAll(/[+/=]/g, "Z")}`,
    grantId: grant.id,
    kind,
    issuedAtMs,
    expiresAtMs: issuedAtMs + lifeMs[kind],
  };
  keepBounded(world.memory.tokens, token, mostKept);
  return token;
}
