/** LinkedIn's token endpoints and userinfo (docs/networks/linkedin.md, section 2). */

import { type Context, Hono } from "hono";
import { z } from "zod";
import { isSame } from "../http/secrets.ts";
import type { Env } from "../network.ts";
import { countCall, readMember } from "./caller.ts";
import { endGrant, findRefreshToken, issueToken, lifeSeconds, redeemCode } from "./grants.ts";
import { claimsOf, idTokenOf, publicKeys } from "./identity.ts";
import type { App, Grant, LinkedinWorld, Token } from "./memory.ts";
import { oauthRefusal, refusal } from "./problems.ts";

const formSchema = z.record(z.string(), z.string()).catch({});

export function tokenRoutes(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/v2/accessToken", async (c) => {
    const form = await readForm(c);
    const { grant_type } = need(form, ["grant_type"]);
    const asking = proveApp(world, form);
    if (grant_type === "authorization_code") {
      const { code, redirect_uri } = need(form, ["code", "redirect_uri"]);
      const grant = redeemCode(world, asking, { code, redirectUri: redirect_uri });
      const refresh = asking.partner ? issueToken(world, grant, "refresh") : undefined;
      return c.json(await answer(c, world, grant, refresh));
    }
    if (grant_type !== "refresh_token")
      throw oauthRefusal(400, "unsupported_grant_type", "Unsupported grant type");
    const { refresh_token } = need(form, ["refresh_token"]);
    const { token, grant } = findRefreshToken(world, asking, refresh_token);
    return c.json(await answer(c, world, grant, token));
  });

  app.post("/oauth/v2/introspectToken", async (c) => {
    const form = await readForm(c);
    const asking = proveApp(world, form);
    const { token: presented } = need(form, ["token"]);
    return c.json(introspect(world, asking, presented));
  });

  app.post("/oauth/v2/revoke", async (c) => {
    if (world.memory.switches.revocation === "missing") throw refusal("not-found");
    const form = await readForm(c);
    const asking = proveApp(world, form);
    const { token: presented } = need(form, ["token"]);
    const token = world.memory.tokens.find((candidate) => candidate.token === presented);
    const grant = world.memory.grants.find(({ id }) => id === token?.grantId);
    if (grant?.clientId === asking.clientId) endGrant(world, grant.id);
    return c.body(null, 200);
  });

  app.get("/v2/userinfo", async (c) => {
    const member = readMember(world, c);
    const { grant, account } = member;
    countCall(world, member, "userinfo");
    const isRefused = world.memory.switches.userinfo === "refused";
    if (isRefused || !["openid", "profile"].every((scope) => grant.scopes.includes(scope)))
      throw refusal("userinfo-denied");
    return c.json({ ...claimsOf(c, grant, account), locale: { country: "US", language: "en" } });
  });

  app.get("/oauth/openid/jwks", async (c) => c.json(await publicKeys()));

  return app;
}

async function readForm(c: Context<Env>): Promise<Record<string, string>> {
  return formSchema.parse(await c.req.parseBody());
}

/** @throws {Refusal} naming the first missing parameter */
function need<N extends string>(form: Record<string, string>, names: readonly N[]): Record<N, string> {
  const missing = names.find((name) => !form[name]);
  if (missing !== undefined)
    throw oauthRefusal(400, "invalid_request", `A required parameter "${missing}" is missing`);
  return Object.fromEntries(names.map((name) => [name, form[name]])) as Record<N, string>;
}

/** Authenticates by id and secret in the body; a Basic header is ignored. @throws {Refusal} */
function proveApp(world: LinkedinWorld, form: Record<string, string>): App {
  const { client_id, client_secret } = need(form, ["client_id", "client_secret"]);
  const app = world.memory.apps.find(({ clientId }) => clientId === client_id);
  if (!app || !isSame(app.clientSecret, client_secret))
    throw oauthRefusal(401, "invalid_client", "Client authentication failed");
  return app;
}

/** Using a refresh token changes neither its value nor its expiry. */
async function answer(c: Context<Env>, world: LinkedinWorld, grant: Grant, refresh: Token | undefined) {
  const access = issueToken(world, grant, "access");
  const left = refresh && Math.floor((refresh.expiresAtMs - world.now().getTime()) / 1_000);
  return {
    access_token: access.token,
    expires_in: lifeSeconds.access,
    ...(refresh && { refresh_token: refresh.token, refresh_token_expires_in: left }),
    scope: grant.scopes.toSorted().join(","),
    token_type: "Bearer",
    ...(await idTokenOf(c, world, grant)),
  };
}

function introspect(world: LinkedinWorld, app: App, presented: string) {
  const token = world.memory.tokens.find((candidate) => candidate.token === presented);
  const grant = world.memory.grants.find(({ id }) => id === token?.grantId);
  if (!token || !grant || grant.clientId !== app.clientId) return { active: false };
  const isExpired = token.expiresAtMs <= world.now().getTime();
  const status = token.revoked ? "revoked" : isExpired ? "expired" : "active";
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);
  return {
    active: status === "active",
    client_id: app.clientId,
    authorized_at: seconds(token.issuedAtMs),
    created_at: seconds(token.issuedAtMs),
    status,
    expires_at: seconds(token.expiresAtMs),
    scope: grant.scopes.toSorted().join(","),
    auth_type: "3L",
  };
}
