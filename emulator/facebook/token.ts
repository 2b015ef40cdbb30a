/** Facebook's token endpoint and token inspection (docs/networks/facebook.md, sections 2.4, 2.5 and 2.8). */

import { type Context, Hono } from "hono";
import { isSame } from "../http/secrets.ts";
import type { Env } from "../network.ts";
import { checkVersion, findApp, findAppByToken, readCaller, readParameters } from "./access.ts";
import type { App, FacebookWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";
import { endingOf, findGrant, findToken, issueToken, lifeSeconds, redeemCode } from "./tokens.ts";

export function tokenRoutes(world: FacebookWorld): Hono<Env> {
  const app = new Hono<Env>();

  const answerToken = async (c: Context<Env>) => {
    checkVersion(c);
    const sent = await readParameters(c);
    const { client_id, client_secret, grant_type, code, redirect_uri, fb_exchange_token } = sent;
    const asking = proveApp(world, client_id, client_secret);
    if (grant_type === "fb_exchange_token") return c.json(exchange(world, asking, fb_exchange_token));
    if (grant_type === "client_credentials")
      return c.json({ access_token: `${asking.clientId}|${asking.clientSecret}`, token_type: "bearer" });
    if (!code) throw invalidParameter("Missing authorization code");
    if (!redirect_uri) throw invalidParameter("Missing redirect_uri parameter.");
    const token = redeemCode(world, asking, { code, redirectUri: redirect_uri });
    return c.json({ access_token: token.token, token_type: "bearer", expires_in: lifeSeconds.short });
  };
  app.get("/:version/oauth/access_token", answerToken);
  app.post("/:version/oauth/access_token", answerToken);

  app.get("/:version/debug_token", async (c) => {
    const caller = await readCaller(world, c);
    const { input_token: input } = c.req.query();
    if (!input) throw invalidParameter("The parameter input_token is required");
    if (caller.kind === "page" && caller.token?.token !== input) throw refusal("permission-denied");
    return c.json({ data: describe(world, caller.app, input) });
  });

  return app;
}

/** @throws {GraphRefusal} */
function proveApp(world: FacebookWorld, clientId: string | undefined, secret: string | undefined): App {
  if (!clientId) throw invalidParameter("Missing client_id parameter.");
  const app = findApp(world, clientId);
  if (!secret || !isSame(app.clientSecret, secret)) throw refusal("secret-wrong");
  return app;
}

/** Exchanges a short-lived token for a long-lived one; a long-lived one gets another sixty days. */
function exchange(world: FacebookWorld, { clientId }: App, presented: string | undefined) {
  if (!presented) throw invalidParameter("The parameter fb_exchange_token is required");
  const token = findToken(world, presented);
  if (token.clientId !== clientId || token.kind !== "user") throw refusal("token-unreadable");
  const long = issueToken(world, { kind: "user", clientId, accountId: token.accountId, life: "long" });
  return {
    access_token: long.token,
    token_type: "bearer",
    ...(!world.memory.switches.omitExpiresIn && { expires_in: lifeSeconds.long }),
  };
}

const scopesOfPages = [
  "pages_read_engagement",
  "pages_manage_posts",
  "instagram_basic",
  "instagram_content_publish",
];

/** Describes a token, including dead ones. */
function describe(world: FacebookWorld, app: App, input: string) {
  if (findAppByToken(world, input) === app)
    return { app_id: app.clientId, type: "APP", is_valid: true, scopes: [] };
  const known = world.memory.tokens.find(({ token }) => token === input);
  if (!known || known.clientId !== app.clientId)
    return {
      is_valid: false,
      error: { code: 190, message: "The access token could not be decrypted" },
      scopes: [],
    };
  const subcode = endingOf(world, known);
  const error = subcode && { code: 190, subcode, message: "Error validating access token." };
  const grant = findGrant(world, known);
  const scopes = error === undefined ? (grant?.granted ?? []) : [];
  return {
    app_id: app.clientId,
    type: known.kind === "page" ? "PAGE" : "USER",
    application: app.clientId,
    data_access_expires_at: seconds(known.issuedAtMs) + 90 * 86_400,
    expires_at: known.expiresAtMs === undefined ? 0 : seconds(known.expiresAtMs),
    is_valid: error === undefined,
    issued_at: seconds(known.issuedAtMs),
    ...(error !== undefined && { error }),
    ...(known.pageId !== undefined && { profile_id: known.pageId }),
    user_id: known.accountId,
    scopes,
    granular_scopes: scopes
      .filter((scope) => scopesOfPages.includes(scope))
      .map((scope) => ({ scope, target_ids: grant?.pageIds ?? [] })),
  };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
