/** Sessions: begun with a code, renewed with a refresh token that works once, and ended. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { keepBounded } from "../../bounded.ts";
import type { AuthorizationRequest, BlueskyAccount, BlueskyWorld, ClientProof, Session } from "../memory.ts";
import { issuerOf } from "../places.ts";
import { invalidGrant } from "../problems.ts";
import { isFirstUse } from "./once.ts";

const daySeconds = 24 * 60 * 60;
const lifeSeconds = {
  public: { session: 14 * daySeconds, refresh: 14 * daySeconds },
  confidential: { session: 730 * daySeconds, refresh: 91 * daySeconds },
} as const;
const mostKept = 5_000;

/** Who calls the token endpoint. */
export interface Bearer {
  readonly clientId: string;
  readonly proof: ClientProof;
  readonly keyThumbprint: string | undefined;
}

/** A code works once, also after a failed attempt. A second use ends the session. @throws {Refusal} */
export function redeemCode(
  world: BlueskyWorld,
  bearer: Bearer,
  presented: {
    readonly code: string;
    readonly redirectUri?: string | undefined;
    readonly verifier?: string | undefined;
  },
): Session {
  const { memory } = world;
  const request = memory.requests.find(({ code }) => code === presented.code);
  if (!request?.accountId) {
    endSessions(world, ({ code }) => code === presented.code);
    throw invalidGrant("Invalid code");
  }
  memory.requests = memory.requests.filter((other) => other !== request);
  if (request.expiresAtMs < world.now().getTime()) throw invalidGrant("This code has expired");
  compareBearer(bearer, request);
  checkVerifier(world, request, presented);
  const nowMs = world.now().getTime();
  const session: Session = {
    clientId: request.clientId,
    proof: bearer.proof,
    keyThumbprint: request.keyThumbprint ?? bearer.keyThumbprint,
    scope: request.scope,
    accountId: request.accountId,
    code: presented.code,
    ...issueTokens(world, request.accountId, nowMs),
    formerRefreshTokens: [],
    beganAtMs: nowMs,
    renewedAtMs: nowMs,
  };
  keepBounded(memory.sessions, session, mostKept);
  return session;
}

/** Whatever goes wrong after a refresh token was recognised ends the session. @throws {Refusal} */
export function refreshSession(world: BlueskyWorld, bearer: Bearer, refreshToken: string): Session {
  const session = world.memory.sessions.find(
    (each) => each.refreshToken === refreshToken || each.formerRefreshTokens.includes(refreshToken),
  );
  if (!session) throw invalidGrant("Invalid refresh token");
  const nowMs = world.now().getTime();
  const life = lifeSeconds[session.proof ? "confidential" : "public"];
  try {
    if (session.refreshToken !== refreshToken) throw invalidGrant("Refresh token replayed");
    compareBearer(bearer, session);
    if (nowMs - session.beganAtMs > life.session * 1_000) throw invalidGrant("Session expired");
    if (nowMs - session.renewedAtMs > life.refresh * 1_000) throw invalidGrant("Refresh token expired");
  } catch (error) {
    endSessions(world, (each) => each === session);
    throw error;
  }
  session.formerRefreshTokens.push(refreshToken);
  return Object.assign(session, issueTokens(world, session.accountId, nowMs), { renewedAtMs: nowMs });
}

function compareBearer(
  bearer: Bearer,
  began: Pick<AuthorizationRequest, "clientId" | "keyThumbprint" | "proof">,
): void {
  if (began.clientId !== bearer.clientId) throw invalidGrant("Token was not issued to this client");
  if (began.keyThumbprint !== undefined && began.keyThumbprint !== bearer.keyThumbprint)
    throw invalidGrant("DPoP proof does not match the expected JKT");
  if (began.proof === undefined) return;
  if (began.proof.kid !== bearer.proof?.kid || began.proof.thumbprint !== bearer.proof.thumbprint)
    throw invalidGrant(
      "The session was initiated with a different key than the client assertion currently used",
    );
}

function checkVerifier(
  world: BlueskyWorld,
  { challenge, redirectUri }: AuthorizationRequest,
  presented: Parameters<typeof redeemCode>[2],
): void {
  const { verifier } = presented;
  if (redirectUri !== presented.redirectUri)
    throw invalidGrant("The redirect_uri parameter must match the one used in the authorization request");
  if (!verifier) throw invalidGrant("code_verifier is required");
  if (verifier.length < 43) throw invalidGrant("code_verifier too short");
  if (createHash("sha256").update(verifier).digest("base64url") !== challenge)
    throw invalidGrant("Invalid code_verifier");
  if (!isFirstUse(world, `challenge ${challenge}`, daySeconds))
    throw invalidGrant("Code challenge already used");
}

/** An access token is a JWT, as the reference server's; here only its being known counts. */
function issueTokens(world: BlueskyWorld, did: string, nowMs: number) {
  const expiresAtMs = nowMs + world.memory.switches.accessTokenSeconds * 1_000;
  const claims = {
    jti: `tok-${randomBytes(16).toString("hex")}`,
    sub: did,
    iss: issuerOf(world),
    iat: Math.floor(nowMs / 1_000),
    exp: Math.floor(expiresAtMs / 1_000),
  };
  const [head = "", body = ""] = [{ alg: "HS256", typ: "at+jwt" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return {
    accessToken: `${head}.${body}.${signatureOf(head, body)}`,
    refreshToken: `ref-${randomBytes(32).toString("hex")}`,
    expiresAtMs,
  };
}

function signatureOf(head: string, body: string): string {
  return createHmac("sha256", "the simulated Bluesky").update(`${head}.${body}`).digest("base64url");
}

/** Whether this network issued it, valid or not. */
export function isOurs(token: string): boolean {
  const [head = "", body = "", signature] = token.split(".");
  return signature === signatureOf(head, body);
}

export function findSession(world: BlueskyWorld, token: string): Session | undefined {
  return world.memory.sessions.find(
    (session) =>
      session.accessToken === token ||
      session.refreshToken === token ||
      session.formerRefreshTokens.includes(token),
  );
}

export function endSessions(world: BlueskyWorld, which: (session: Session) => boolean): number {
  const { memory } = world;
  const before = memory.sessions.length;
  memory.sessions = memory.sessions.filter((session) => !which(session));
  return before - memory.sessions.length;
}

/** "expired" ends this access token; "revoked", or a refresh token, the whole session. */
export function endToken(world: BlueskyWorld, token: string, how: "expired" | "revoked"): void {
  const session = findSession(world, token);
  if (session?.accessToken === token && how === "expired") session.expiresAtMs = world.now().getTime();
  else endSessions(world, (each) => each === session);
}

/** The account that the token answer names. */
export function subjectOf(world: BlueskyWorld, session: Session): string | undefined {
  const others = world.memory.accounts.filter(({ id }: BlueskyAccount) => id !== session.accountId);
  const subjects = { right: session.accountId, another: others[0]?.id, missing: undefined };
  return subjects[world.memory.switches.subject];
}
