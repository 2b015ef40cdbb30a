/** Apps, codes, grants and tokens of the logins of Instagram and Threads, which work alike (docs/networks/instagram.md, section 3). */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { keepBounded } from "../bounded.ts";
import { isSame } from "../http/secrets.ts";
import type { Memory, World } from "../network.ts";
import type { GraphRefusal } from "./errors.ts";

export const metaAppSchema = z.strictObject({
  clientId: z.string().regex(/^\d+$/),
  /** As people read it on the consent page. Absent: the id. */
  name: z.string().optional(),
  clientSecret: z.string().min(1),
  redirectUris: z.array(z.url()).max(20),
  /** Before Meta's review, only testers can authorize the app. */
  reviewed: z.boolean(),
  /** Usernames. */
  testers: z.array(z.string()),
  /** The app's callback for removals. Absent: no call. */
  deauthorizeUrl: z.url().optional(),
  deletionUrl: z.url().optional(),
});
export type MetaApp = z.infer<typeof metaAppSchema>;

export const codeSchema = z.object({
  code: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  accountId: z.string(),
  scopes: z.array(z.string()),
  expiresAtMs: z.number(),
});
export type Code = z.infer<typeof codeSchema>;

export const grantSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  accountId: z.string(),
  scopes: z.array(z.string()),
});
export type Grant = z.infer<typeof grantSchema>;

export const tokenSchema = z.object({
  token: z.string(),
  grantId: z.string(),
  kind: z.enum(["short", "long"]),
  issuedAtMs: z.number(),
  expiresAtMs: z.number(),
  /** The subcode of error 190 if it was ended before its expiry. */
  endedBy: z.number().optional(),
});
export type Token = z.infer<typeof tokenSchema>;

export interface GrantMemory extends Memory {
  apps: MetaApp[];
  codes: Code[];
  grants: Grant[];
  tokens: Token[];
}

/** The differences between the two networks. */
export interface Dialect<M extends GrantMemory> {
  /** The scope that everything requires, even renewal. */
  readonly basicScope: string;
  readonly tokenPrefix: Readonly<Record<Token["kind"], string>>;
  refusal(name: "token-missing" | "token-unreadable" | "token-expired" | "permission-missing"): GraphRefusal;
  /** By the subcode of error 190. */
  endedToken(subcode: number): GraphRefusal;
  invalidParameter(message: string): GraphRefusal;
  /** Replaces the refusal of a dead token. */
  refuseDead?(world: World<M>, refusal: GraphRefusal): GraphRefusal;
}

const hourMs = 60 * 60 * 1000;
const codeLifeMs = hourMs;
const lifeMs = { short: hourMs, long: 5_183_944 * 1000 } as const;
/** The minimum age for a renewal. */
const renewableAfterMs = 24 * hourMs;
const mostKept = 5_000;
/** The subcode for a removed app. */
export const appRemoved = 458;

interface Found {
  readonly token: Token;
  readonly grant: Grant;
}

export function issueCode(world: World<GrantMemory>, details: Omit<Code, "code" | "expiresAtMs">): string {
  const code = `AQB${randomBytes(96).toString("base64url")}`;
  const expiresAtMs = world.now().getTime() + codeLifeMs;
  keepBounded(world.memory.codes, { ...details, code, expiresAtMs }, mostKept);
  return code;
}

/** Ends tokens before their expiry; they are then refused with this subcode of 190. Returns the number. */
export function endTokens(
  world: World<GrantMemory>,
  subcode: number,
  isEnded: (grant: Grant) => boolean,
): number {
  const { tokens, grants } = world.memory;
  const ended = new Set(grants.filter(isEnded).map(({ id }) => id));
  const alive = tokens.filter(({ grantId, endedBy }) => ended.has(grantId) && endedBy === undefined);
  for (const token of alive) token.endedBy = subcode;
  return alive.length;
}

/** "expired" ends only this token; "revoked" all of them, as when the person removes the app. */
export function endToken(world: World<GrantMemory>, token: string, how: "expired" | "revoked"): void {
  const found = world.memory.tokens.find((candidate) => candidate.token === token);
  if (!found) return;
  if (how === "revoked") endTokens(world, appRemoved, ({ id }) => id === found.grantId);
  else found.expiresAtMs = world.now().getTime();
}

export interface Grants<M extends GrantMemory> {
  /** Returns undefined if the code is unknown, used, expired, or for another app or address. Every attempt uses it up. */
  redeemCode(
    world: World<M>,
    app: MetaApp,
    presented: { code: string; redirectUri: string },
  ): Found | undefined;
  /** Exchanges a short-lived token for a long-lived one. @throws {GraphRefusal} */
  exchangeToken(world: World<M>, token: string, clientSecret: string): Token;
  /** The old token stays valid until it expires. @throws {GraphRefusal} */
  renewToken(world: World<M>, token: string): Token;
  /** @throws {GraphRefusal} 190, with the subcode of the reason */
  findToken(world: World<M>, token: string): Found;
}

export function openGrants<M extends GrantMemory>(dialect: Dialect<M>): Grants<M> {
  const { basicScope, tokenPrefix, refusal, endedToken, invalidParameter } = dialect;

  function issueToken(world: World<M>, grant: Grant, kind: Token["kind"]): Token {
    const issuedAtMs = world.now().getTime();
    const token: Token = {
      token: `${tokenPrefix[kind]}${randomBytes(90).toString("base64").replaceAll(/[+/=]/g, "Z")}`,
      grantId: grant.id,
      kind,
      issuedAtMs,
      expiresAtMs: issuedAtMs + lifeMs[kind],
    };
    keepBounded(world.memory.tokens, token, mostKept);
    return token;
  }

  function findToken(world: World<M>, token: string): Found {
    if (token === "") throw refusal("token-missing");
    const { tokens, grants } = world.memory;
    const found = tokens.find((candidate) => candidate.token === token);
    const grant = grants.find(({ id }) => id === found?.grantId);
    if (!found || !grant) throw refusal("token-unreadable");
    const dead = endingOf(world, found);
    if (dead) throw dialect.refuseDead?.(world, dead) ?? dead;
    return { token: found, grant };
  }

  function endingOf(world: World<M>, { endedBy, expiresAtMs }: Token): GraphRefusal | undefined {
    if (endedBy !== undefined) return endedToken(endedBy);
    return expiresAtMs <= world.now().getTime() ? refusal("token-expired") : undefined;
  }

  return {
    findToken,

    redeemCode(world, app, presented) {
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
    },

    exchangeToken(world, token, clientSecret) {
      const { token: found, grant } = findToken(world, token);
      const app = world.memory.apps.find(({ clientId }) => clientId === grant.clientId);
      if (!app || !isSame(app.clientSecret, clientSecret))
        throw invalidParameter("The client secret is invalid");
      if (found.kind !== "short") throw invalidParameter("The access token is long-lived already");
      return issueToken(world, grant, "long");
    },

    renewToken(world, token) {
      const { token: found, grant } = findToken(world, token);
      if (found.kind !== "long") throw invalidParameter("A short-lived access token cannot be refreshed");
      if (world.now().getTime() - found.issuedAtMs < renewableAfterMs)
        throw invalidParameter("The access token must be at least 24 hours old to be refreshed");
      if (!grant.scopes.includes(basicScope)) throw refusal("permission-missing");
      return issueToken(world, grant, "long");
    },
  };
}
