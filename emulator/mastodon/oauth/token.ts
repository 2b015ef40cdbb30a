/** The token endpoint of a simulated Mastodon server: for a code, for an app, by refresh (docs/networks/mastodon.md, section 3). */

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Hono } from "hono";
import { type Env, originOf } from "../../network.ts";
import { type Fields, readFields } from "../fields.ts";
import type { App, Server, Token } from "../memory.ts";
import { type MastodonWorld, type Refusal, serverOf } from "./access.ts";
import { splitScopes } from "./apps.ts";
import { authenticatedClient, oauthRefusal, textOf } from "./client.ts";

export function tokenRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/token", async (c) => {
    const server = serverOf(world, c);
    const fields = await readFields(c);
    const { clientCredentials } = server.switches;
    if (textOf(fields, "grant_type") === "client_credentials" && clientCredentials !== "checked") {
      if (clientCredentials === "page") return c.html("<h1>Welcome</h1>");
      if (clientCredentials === "granted-to-all")
        return c.json({ access_token: randomUUID(), token_type: "Bearer", scope: "read" });
      if (clientCredentials === "unsupported")
        throw oauthRefusal(400, "unsupported_grant_type", "unsupported grant type client_credentials");
    }
    const client = authenticatedClient(world, c, fields, server);
    if (!client) throw unknownClient(server);
    c.header("cache-control", "no-store");
    const token = grantToken(world, server, client, fields);
    return c.json({
      ...tokenEntity(world, server, token, originOf(c.req.raw)),
      ...scopeIn(server, token.scopes, textOf(fields, "scope")),
    });
  });

  return app;
}

/** GoToSocial answers 400 with plain text (internal/oauth/server.go, 0.20.0-rc1). */
function unknownClient({ switches }: Server): Refusal {
  return switches.clientCredentials === "free-text"
    ? oauthRefusal(400, "sql: no rows in result set", "Bad Request: no application found")
    : oauthRefusal(401, "invalid_client", "Client authentication failed.");
}

/** The `scope` of the answer, as each server gives it. */
function scopeIn({ switches }: Server, granted: readonly string[], requested: string) {
  switch (switches.scopeTold) {
    case "granted":
      return { scope: granted.join(" ") };
    case "repeated":
      return { scope: requested };
    case "empty":
      return { scope: "" };
    case "null":
      return { scope: null };
    case "absent":
      return { scope: undefined };
    case "list":
      return { scope: granted };
    case "commas":
      return { scope: granted.join(",") };
    case "backwards":
      return { scope: granted.toReversed().join(" ") };
    case "more":
      return { scope: ["push", ...granted, "follow"].join(" ") };
    case "misskey":
      return { scope: "read:account write:notes write:drive" };
  }
}

function grantToken(world: MastodonWorld, server: Server, client: App, fields: Fields): Token {
  switch (textOf(fields, "grant_type")) {
    case "authorization_code":
      return exchangeCode(world, server, client, fields);
    case "client_credentials":
      return grantToApp(world, server, client, splitScopes(textOf(fields, "scope") || "read"));
    case "refresh_token":
      if (server.switches.tokens === "expiring") return refresh(world, server, client, fields);
      throw oauthRefusal(400, "unsupported_grant_type", "The authorization grant type is not supported.");
    case "":
      throw oauthRefusal(400, "invalid_request", "Missing required parameter: grant_type.");
    default:
      throw oauthRefusal(400, "unsupported_grant_type", "The authorization grant type is not supported.");
  }
}

function invalidGrant({ switches }: Server): Refusal {
  return oauthRefusal(
    switches.codeRefusal === "400" ? 400 : 401,
    "invalid_grant",
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  );
}

/** A wrong verifier does not use up the code; a successful exchange does. */
function exchangeCode(world: MastodonWorld, server: Server, client: App, fields: Fields): Token {
  for (const required of ["code", "redirect_uri"])
    if (textOf(fields, required) === "")
      throw oauthRefusal(400, "invalid_request", `Missing required parameter: ${required}.`);
  checkScope(server, textOf(fields, "scope"));
  const now = world.now().getTime();
  const { memory } = world;
  memory.codes = memory.codes.filter(({ expiresAtMs }) => expiresAtMs > now);
  const grant = memory.codes.find(({ code }) => code === textOf(fields, "code"));
  if (!grant || grant.clientId !== client.clientId || grant.redirectUri !== textOf(fields, "redirect_uri"))
    throw invalidGrant(server);
  const verifier = textOf(fields, "code_verifier");
  if (grant.challenge !== undefined && verifier === "")
    throw oauthRefusal(400, "invalid_request", "Missing required parameter: code_verifier.");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  if (grant.challenge !== undefined && grant.challenge !== challenge) throw invalidGrant(server);
  memory.codes = memory.codes.filter((other) => other !== grant);
  return issueToken(world, server, client, grant.scopes, grant.accountId);
}

/** RFC 6749, section 4.1.3, has no such parameter in this request. */
function checkScope({ switches }: Server, scope: string): void {
  if (switches.exchangeScope === "needed" && scope === "")
    throw oauthRefusal(400, "invalid_scope", "Invalid scope");
  if (switches.exchangeScope === "refused" && scope !== "")
    throw oauthRefusal(400, "invalid_request", "Unrecognized key.");
}

function grantToApp(world: MastodonWorld, server: Server, client: App, scopes: string[]): Token {
  if (!scopes.every((scope) => client.scopes.includes(scope)))
    throw oauthRefusal(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.");
  return issueToken(world, server, client, scopes, undefined);
}

/** The new pair replaces the old one. */
function refresh(world: MastodonWorld, server: Server, client: App, fields: Fields): Token {
  const given = textOf(fields, "refresh_token");
  const old = world.memory.tokens.find(
    ({ refreshToken, clientId }) => refreshToken === given && clientId === client.clientId,
  );
  // An expired access token can still be refreshed, a revoked one cannot.
  if (given === "" || !old || (old.endedBy && old.endedBy !== "expired")) throw invalidGrant(server);
  old.endedBy = "refreshed";
  return issueToken(world, server, client, old.scopes, old.accountId);
}

function issueToken(
  world: MastodonWorld,
  server: Server,
  client: App,
  scopes: string[],
  accountId: string | undefined,
): Token {
  const now = world.now().getTime();
  const { tokens, refreshTokens, tokenSeconds } = server.switches;
  const expiring = tokens === "expiring";
  const renewable = expiring && (refreshTokens === "always" || scopes.includes(refreshTokens));
  const asBefore = world.memory.tokens.find(
    (token) =>
      token.clientId === client.clientId &&
      token.accountId === accountId &&
      token.scopes.toSorted().join(" ") === scopes.toSorted().join(" ") &&
      token.expiresAtMs === undefined &&
      !token.endedBy,
  );
  if (asBefore && server.switches.reusesTokens && !expiring) return asBefore;
  const token: Token = {
    server: server.host,
    accessToken: randomBytes(32).toString("base64url"),
    clientId: client.clientId,
    ...(accountId !== undefined && { accountId }),
    scopes,
    createdAtMs: now,
    ...(renewable && { refreshToken: randomBytes(32).toString("base64url") }),
    ...(expiring && { expiresAtMs: now + tokenSeconds * 1000 }),
  };
  world.memory.tokens.push(token);
  return token;
}

function tokenEntity(world: MastodonWorld, server: Server, token: Token, origin: string) {
  const { createdAtUnit, tokenSeconds, software, refreshTokens } = server.switches;
  const account = world.memory.accounts.find(({ id }) => id === token.accountId);
  return {
    access_token: token.accessToken,
    token_type: "Bearer",
    created_at: createdAtUnit === "seconds" ? Math.floor(token.createdAtMs / 1000) : token.createdAtMs,
    ...(token.refreshToken !== undefined && { refresh_token: token.refreshToken }),
    ...(token.expiresAtMs !== undefined && { expires_in: tokenSeconds }),
    ...(refreshTokens === "empty" && { refresh_token: "" }),
    ...(["akkoma", "pleroma"].includes(software) &&
      account && { id: account.apiId, me: `${origin}/users/${account.username}` }),
  };
}
