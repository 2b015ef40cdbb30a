/** Codes, grants and tokens of the simulated Threads: made, exchanged, renewed and ended (docs/platforms/threads.md, section 2). */

import { randomBytes } from "node:crypto";
import { keepBounded } from "./bounded.ts";
import type { GraphRefusal } from "./meta-errors.ts";
import { isSame } from "./secrets.ts";
import type { Code, Grant, ThreadsApp, ThreadsWorld, Token } from "./threads-memory.ts";
import { endedToken, invalidParameter, refusal } from "./threads-problems.ts";

const mostKept = 5_000;

const hourMs = 60 * 60 * 1000;
const codeLifeMs = hourMs;
const lifeMs = { short: hourMs, long: 5_183_944 * 1000 } as const;
/** A younger token is not renewed. */
const renewableAfterMs = 24 * hourMs;

export const basicScope = "threads_basic";

export function issueCode(world: ThreadsWorld, details: Omit<Code, "code" | "expiresAtMs">): string {
  const code = `AQB${randomBytes(96).toString("base64url")}`;
  const expiresAtMs = world.now().getTime() + codeLifeMs;
  keepBounded(world.memory.codes, { ...details, code, expiresAtMs }, mostKept);
  return code;
}

/** Undefined when the code is unknown, used, too old, or another app's or address's. A try spends it. */
export function redeemCode(
  world: ThreadsWorld,
  app: ThreadsApp,
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
export function exchangeToken(world: ThreadsWorld, token: string, clientSecret: string): Token {
  const { token: found, grant } = findToken(world, token);
  const app = world.memory.apps.find(({ clientId }) => clientId === grant.clientId);
  if (!app || !isSame(app.clientSecret, clientSecret)) throw invalidParameter("The client secret is invalid");
  if (found.kind !== "short") throw invalidParameter("The access token is long-lived already");
  return issueToken(world, grant, "long");
}

/** The old token stays good until its own end. @throws {GraphRefusal} */
export function renewToken(world: ThreadsWorld, token: string): Token {
  const { token: found, grant } = findToken(world, token);
  if (found.kind !== "long") throw invalidParameter("A short-lived access token cannot be refreshed");
  if (world.now().getTime() - found.issuedAtMs < renewableAfterMs)
    throw invalidParameter("The access token must be at least 24 hours old to be refreshed");
  if (!grant.scopes.includes(basicScope)) throw refusal("permission-missing");
  return issueToken(world, grant, "long");
}

/** @throws {GraphRefusal} 190, with the subcode that tells why */
export function findToken(world: ThreadsWorld, token: string): { token: Token; grant: Grant } {
  if (token === "") throw refusal("token-missing");
  const { tokens, grants } = world.memory;
  const found = tokens.find((candidate) => candidate.token === token);
  const grant = grants.find(({ id }) => id === found?.grantId);
  if (!found || !grant) throw refusal("token-unreadable");
  const ended = endingOf(world, found);
  if (ended) throw world.memory.switches.deadTokens === "not-found" ? refusal("dead-token") : ended;
  return { token: found, grant };
}

function endingOf(world: ThreadsWorld, { endedBy, expiresAtMs }: Token): GraphRefusal | undefined {
  if (endedBy !== undefined) return endedToken(endedBy);
  return expiresAtMs <= world.now().getTime() ? refusal("token-expired") : undefined;
}

/** Ends tokens before their time; from now on they are refused with this subcode of 190. Returns how many. */
export function endTokens(world: ThreadsWorld, subcode: number, isEnded: (grant: Grant) => boolean): number {
  const { tokens, grants } = world.memory;
  const ended = new Set(grants.filter(isEnded).map(({ id }) => id));
  const alive = tokens.filter(({ grantId, endedBy }) => ended.has(grantId) && endedBy === undefined);
  for (const token of alive) token.endedBy = subcode;
  return alive.length;
}

export const appRemoved = 458;

/** "expired": this token alone. "revoked": the person removed the app. */
export function endToken(world: ThreadsWorld, token: string, how: "expired" | "revoked"): void {
  const found = world.memory.tokens.find((candidate) => candidate.token === token);
  if (!found) return;
  if (how === "revoked") endTokens(world, appRemoved, ({ id }) => id === found.grantId);
  else found.expiresAtMs = world.now().getTime();
}

function issueToken(world: ThreadsWorld, grant: Grant, kind: Token["kind"]): Token {
  const issuedAtMs = world.now().getTime();
  const prefix = kind === "short" ? "THQVJ" : "THAA";
  const token: Token = {
    token: `${prefix}${randomBytes(90).toString("base64").replaceAll(/[+/=]/g, "Z")}`,
    grantId: grant.id,
    kind,
    issuedAtMs,
    expiresAtMs: issuedAtMs + lifeMs[kind],
  };
  keepBounded(world.memory.tokens, token, mostKept);
  return token;
}
