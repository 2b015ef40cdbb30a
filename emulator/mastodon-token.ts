/** Tokens of a simulated Mastodon server: for a code, for an app, by refresh, and their revocation (docs/platforms/mastodon.md, section 3). */

import { createHash, randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { MastodonRefusal, type MastodonWorld, serverOf } from "./mastodon-access.ts";
import { splitScopes } from "./mastodon-apps.ts";
import { type Fields, readFields, textSchema } from "./mastodon-fields.ts";
import type { MastodonApp, MastodonServer, MastodonToken } from "./mastodon-memory.ts";
import { type Env, originOf } from "./network.ts";
import { isSame } from "./secrets.ts";

export function tokenRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/token", async (c) => {
    const server = serverOf(world, c);
    const fields = await readFields(c);
    const client = authenticatedClient(world, c, fields, server);
    if (!client) throw oauthRefusal(401, "invalid_client", "Client authentication failed.");
    c.header("cache-control", "no-store");
    return c.json(tokenEntity(world, server, grantToken(world, server, client, fields), originOf(c.req.raw)));
  });

  app.post("/oauth/revoke", async (c) => {
    const server = serverOf(world, c);
    const fields = await readFields(c);
    if (server.switches.strictFields) refuseUnknownFields(fields);
    const client = authenticatedClient(world, c, fields, server);
    if (!client) throw clientMayNotRevoke(server);
    const given = textOf(fields, "token");
    const token = world.memory.tokens.find(
      ({ accessToken, refreshToken }) => accessToken === given || refreshToken === given,
    );
    if (token && token.clientId !== client.clientId) throw clientMayNotRevoke(server);
    if (token) token.endedBy ??= "revoked";
    return c.json({});
  });
  return app;
}

function textOf(fields: Fields, name: string): string {
  return textSchema.safeParse(fields[name]).data ?? "";
}

function oauthRefusal(status: number, error: string, description: string): MastodonRefusal {
  return new MastodonRefusal(Response.json({ error, error_description: description }, { status }));
}

function clientMayNotRevoke({ switches }: MastodonServer): MastodonRefusal {
  return switches.errors === "hollo"
    ? oauthRefusal(401, "invalid_client", "Client authentication failed.")
    : oauthRefusal(403, "unauthorized_client", "You are not authorized to revoke this token");
}

function refuseUnknownFields(fields: Fields): void {
  const known = ["client_id", "client_secret", "token", "token_type_hint"];
  if (Object.keys(fields).some((field) => !known.includes(field)))
    throw oauthRefusal(400, "invalid_request", "Unrecognized key.");
  if (fields.token_type_hint === "refresh_token")
    throw oauthRefusal(400, "unsupported_token_type", "Only access tokens can be revoked.");
}

/** By `Authorization: Basic` or in the body; undefined when the server does not know it, or its secret is wrong. */
function authenticatedClient(
  world: MastodonWorld,
  c: Context<Env>,
  fields: Fields,
  server: MastodonServer,
): MastodonApp | undefined {
  const basic = /^Basic (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const [id, secret] = basic
    ? splitOnce(Buffer.from(basic, "base64").toString())
    : [textOf(fields, "client_id"), textOf(fields, "client_secret")];
  const app = world.memory.apps.find(({ clientId, server: home }) => clientId === id && home === server.host);
  return app && isSame(app.clientSecret, secret) ? app : undefined;
}

function splitOnce(pair: string): [string, string] {
  const colon = pair.indexOf(":");
  return colon === -1 ? [pair, ""] : [formDecoded(pair.slice(0, colon)), formDecoded(pair.slice(colon + 1))];
}

/** RFC 6749, section 2.3.1: both halves are form-encoded first. */
function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text}`).get("value") ?? "";
}

function grantToken(
  world: MastodonWorld,
  server: MastodonServer,
  client: MastodonApp,
  fields: Fields,
): MastodonToken {
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

function invalidGrant(): MastodonRefusal {
  return oauthRefusal(
    400,
    "invalid_grant",
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  );
}

/** A wrong verifier does not burn the code; a right exchange does. */
function exchangeCode(
  world: MastodonWorld,
  server: MastodonServer,
  client: MastodonApp,
  fields: Fields,
): MastodonToken {
  for (const required of ["code", "redirect_uri"])
    if (textOf(fields, required) === "")
      throw oauthRefusal(400, "invalid_request", `Missing required parameter: ${required}.`);
  const now = world.now().getTime();
  const { memory } = world;
  memory.codes = memory.codes.filter(({ expiresAtMs }) => expiresAtMs > now);
  const grant = memory.codes.find(({ code }) => code === textOf(fields, "code"));
  if (!grant || grant.clientId !== client.clientId || grant.redirectUri !== textOf(fields, "redirect_uri"))
    throw invalidGrant();
  const verifier = textOf(fields, "code_verifier");
  if (grant.challenge !== undefined && verifier === "")
    throw oauthRefusal(400, "invalid_request", "Missing required parameter: code_verifier.");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  if (grant.challenge !== undefined && grant.challenge !== challenge) throw invalidGrant();
  memory.codes = memory.codes.filter((other) => other !== grant);
  return issueToken(world, server, client, grant.scopes, grant.accountId);
}

function grantToApp(
  world: MastodonWorld,
  server: MastodonServer,
  client: MastodonApp,
  scopes: string[],
): MastodonToken {
  if (!scopes.every((scope) => client.scopes.includes(scope)))
    throw oauthRefusal(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.");
  return issueToken(world, server, client, scopes, undefined);
}

/** The old pair ends as the new one begins. */
function refresh(
  world: MastodonWorld,
  server: MastodonServer,
  client: MastodonApp,
  fields: Fields,
): MastodonToken {
  const given = textOf(fields, "refresh_token");
  const old = world.memory.tokens.find(
    ({ refreshToken, clientId }) => refreshToken === given && clientId === client.clientId,
  );
  // An access token past its time can still be refreshed, one that was ended cannot.
  if (given === "" || !old || (old.endedBy && old.endedBy !== "expired")) throw invalidGrant();
  old.endedBy = "refreshed";
  return issueToken(world, server, client, old.scopes, old.accountId);
}

function issueToken(
  world: MastodonWorld,
  server: MastodonServer,
  client: MastodonApp,
  scopes: string[],
  accountId: string | undefined,
): MastodonToken {
  const now = world.now().getTime();
  const expiring = server.switches.tokens === "expiring";
  const asBefore = world.memory.tokens.find(
    (token) =>
      token.clientId === client.clientId &&
      token.accountId === accountId &&
      token.scopes.toSorted().join(" ") === scopes.toSorted().join(" ") &&
      token.expiresAtMs === undefined &&
      !token.endedBy,
  );
  if (asBefore && server.switches.reusesTokens && !expiring) return asBefore;
  const token: MastodonToken = {
    server: server.host,
    accessToken: randomBytes(32).toString("base64url"),
    clientId: client.clientId,
    ...(accountId !== undefined && { accountId }),
    scopes,
    createdAtMs: now,
    ...(expiring && {
      refreshToken: randomBytes(32).toString("base64url"),
      expiresAtMs: now + server.switches.tokenSeconds * 1000,
    }),
  };
  world.memory.tokens.push(token);
  return token;
}

function tokenEntity(world: MastodonWorld, server: MastodonServer, token: MastodonToken, origin: string) {
  const { createdAtUnit, tokenSeconds, software } = server.switches;
  const account = world.memory.accounts.find(({ id }) => id === token.accountId);
  return {
    access_token: token.accessToken,
    token_type: "Bearer",
    scope: token.scopes.join(" "),
    created_at: createdAtUnit === "seconds" ? Math.floor(token.createdAtMs / 1000) : token.createdAtMs,
    ...(token.refreshToken !== undefined && { refresh_token: token.refreshToken, expires_in: tokenSeconds }),
    ...(software === "akkoma" && account && { id: account.apiId, me: `${origin}/users/${account.username}` }),
  };
}
