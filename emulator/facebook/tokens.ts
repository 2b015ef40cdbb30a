/** Codes, grants and tokens of Facebook Login: issued, exchanged and ended (docs/networks/facebook.md, section 2). */

import { randomBytes } from "node:crypto";
import { keepBounded } from "../bounded.ts";
import type { App, FacebookWorld, Grant, Page, Token } from "./memory.ts";
import { endedToken, refusal, tellTimes } from "./problems.ts";

const minuteMs = 60_000;
const codeLifeMs = 10 * minuteMs;
/** A little under an hour and a half, and sixty days, as in Facebook's answers. */
export const lifeSeconds = { short: 5_108, long: 5_183_944 } as const;
const mostKept = 5_000;
const endings = { appRemoved: 458, expired: 463, roleLost: 492 } as const;

export function issueCode(
  world: FacebookWorld,
  details: { clientId: string; redirectUri: string; accountId: string },
): string {
  const code = `AQD${randomBytes(120).toString("base64url")}`;
  const expiresAtMs = world.now().getTime() + codeLifeMs;
  keepBounded(world.memory.codes, { ...details, code, expiresAtMs, used: false }, mostKept);
  return code;
}

/** @throws {GraphRefusal} if the code is refused */
export function redeemCode(
  world: FacebookWorld,
  app: App,
  presented: { code: string; redirectUri: string },
): Token {
  const code = world.memory.codes.find((candidate) => candidate.code === presented.code);
  if (!code || code.clientId !== app.clientId) throw refusal("code-invalid");
  if (code.used) throw refusal("code-used");
  if (code.expiresAtMs <= world.now().getTime()) throw refusal("code-expired");
  if (code.redirectUri !== presented.redirectUri) throw refusal("redirect-differs");
  code.used = true;
  return issueToken(world, {
    kind: "user",
    clientId: app.clientId,
    accountId: code.accountId,
    life: "short",
  });
}

interface Order {
  readonly kind: Token["kind"];
  readonly clientId: string;
  readonly accountId: string;
  readonly pageId?: string;
  readonly life: keyof typeof lifeSeconds | "endless" | { readonly until: number };
}

export function issueToken(world: FacebookWorld, { life, ...of }: Order): Token {
  const issuedAtMs = world.now().getTime();
  const expiresAtMs =
    typeof life === "object"
      ? life.until
      : life === "endless"
        ? undefined
        : issuedAtMs + lifeSeconds[life] * 1_000;
  const token: Token = {
    ...of,
    token: `EAAB${randomBytes(96).toString("base64").replaceAll(/[+/=]/g, "Z")}`,
    issuedAtMs,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
  keepBounded(world.memory.tokens, token, mostKept);
  return token;
}

function isLongLived({ issuedAtMs, expiresAtMs }: Token): boolean {
  return expiresAtMs === undefined || expiresAtMs - issuedAtMs > lifeSeconds.short * 1_000;
}

/** The Page's token for this person. It never expires if made from a long-lived token, otherwise with that token. */
export function pageTokenOf(world: FacebookWorld, user: Token, page: Page): Token {
  const until = isLongLived(user) ? undefined : user.expiresAtMs;
  const known = world.memory.tokens.find(
    (token) =>
      token.kind === "page" &&
      token.pageId === page.id &&
      token.accountId === user.accountId &&
      token.clientId === user.clientId &&
      token.endedBy === undefined &&
      token.expiresAtMs === until,
  );
  if (known) return known;
  const life = until === undefined ? "endless" : { until };
  return issueToken(world, {
    ...{ kind: "page", pageId: page.id, life },
    clientId: user.clientId,
    accountId: user.accountId,
  });
}

/** @throws {GraphRefusal} 190, with the subcode of the reason */
export function findToken(world: FacebookWorld, token: string): Token {
  const found = world.memory.tokens.find((candidate) => candidate.token === token);
  if (!found) throw refusal("token-unreadable");
  const ending = endingOf(world, found);
  if (ending === undefined) return found;
  const now = world.now();
  const times = tellTimes(new Date(found.expiresAtMs ?? now), now);
  throw endedToken(ending, { app: found.clientId, times });
}

/** The subcode of 190 for a dead token; undefined for a valid one. */
export function endingOf(world: FacebookWorld, token: Token): number | undefined {
  const { kind, pageId, accountId, expiresAtMs, endedBy } = token;
  if (endedBy !== undefined) return endedBy;
  if (expiresAtMs !== undefined && expiresAtMs <= world.now().getTime()) return endings.expired;
  const page = world.memory.pages.find(({ id }) => id === pageId);
  const hasRole = kind === "user" || page?.roles.some((role) => role.accountId === accountId);
  return hasRole ? undefined : endings.roleLost;
}

export function findGrant(
  world: FacebookWorld,
  { clientId, accountId }: Pick<Token, "clientId" | "accountId">,
): Grant | undefined {
  return world.memory.grants.find((grant) => grant.clientId === clientId && grant.accountId === accountId);
}

/** Replaces the person's earlier consent. */
export function keepGrant(world: FacebookWorld, grant: Grant): void {
  const { memory } = world;
  memory.grants = memory.grants.filter(
    ({ clientId, accountId }) => clientId !== grant.clientId || accountId !== grant.accountId,
  );
  keepBounded(memory.grants, grant, mostKept);
}

/** Ends all of a person's tokens for an app; they are then refused with this subcode of 190. */
export function endTokens(
  world: FacebookWorld,
  { clientId, accountId }: Pick<Token, "clientId" | "accountId">,
  subcode: number,
): number {
  const ended = world.memory.tokens.filter(
    (token) => token.clientId === clientId && token.accountId === accountId && token.endedBy === undefined,
  );
  for (const token of ended) token.endedBy = subcode;
  return ended.length;
}

/** The person removes the app: all their tokens end, including their Pages'. */
export function removeApp(world: FacebookWorld, of: Pick<Token, "clientId" | "accountId">): number {
  const { memory } = world;
  memory.grants = memory.grants.filter(
    ({ clientId, accountId }) => clientId !== of.clientId || accountId !== of.accountId,
  );
  return endTokens(world, of, endings.appRemoved);
}

/** "expired" ends only this token; "revoked" all of them, as when the person removes the app. */
export function endToken(world: FacebookWorld, token: string, how: "expired" | "revoked"): void {
  const found = world.memory.tokens.find((candidate) => candidate.token === token);
  if (!found) return;
  if (how === "revoked") removeApp(world, found);
  else found.expiresAtMs = world.now().getTime();
}
