/** The token and revocation endpoints of the simulated X (docs/networks/x.md, sections 1.4 to 1.7). Errors are in OAuth's format. */

import { type Context, Hono } from "hono";
import { z } from "zod";
import { isSame } from "../http/secrets.ts";
import type { Env } from "../network.ts";
import { redeemCode, revokeToken, rotateRefreshToken, type TokenPair } from "./grants.ts";
import type { App, TwitterWorld } from "./memory.ts";

export function tokenRoutes(world: TwitterWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/2/oauth2/token", async (c) => {
    const form = await readForm(c);
    const client = authenticateClient(world, c.req.header("authorization"), form);
    if (isOAuthError(client)) return c.json(client.body, client.status);
    const tokens = grantTokens(world, client, form);
    if (isOAuthError(tokens)) return c.json(tokens.body, tokens.status);
    c.header("cache-control", "no-store");
    return c.json(tokens);
  });

  app.post("/2/oauth2/revoke", async (c) => {
    const form = await readForm(c);
    const client = authenticateClient(world, c.req.header("authorization"), form);
    if (isOAuthError(client)) return c.json(client.body, client.status);
    if (!form.token) {
      const missing = missingParameter("token");
      return c.json(missing.body, missing.status);
    }
    revokeToken(world, client, form.token);
    return c.json({ revoked: true });
  });

  return app;
}

const tokenFormSchema = z.object({
  grant_type: z.string().optional(),
  client_id: z.string().optional(),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
  refresh_token: z.string().optional(),
  token: z.string().optional(),
});
type TokenForm = z.infer<typeof tokenFormSchema>;

/** X accepts the standard's form and also JSON, which some clients send. */
async function readForm(c: Context<Env>): Promise<TokenForm> {
  const isJson = c.req.header("content-type")?.toLowerCase().includes("application/json");
  const body: unknown = isJson ? await c.req.json().catch(() => ({})) : await c.req.parseBody();
  return tokenFormSchema.safeParse(body).data ?? {};
}

interface OAuthError {
  readonly status: 400 | 401;
  readonly body: { readonly error: string; readonly error_description?: string };
}

function isOAuthError(answer: OAuthError | App | TokenPair): answer is OAuthError {
  return "status" in answer;
}

function missingParameter(name: string): OAuthError {
  return {
    status: 400,
    body: { error: "invalid_request", error_description: `Missing required parameter [${name}].` },
  };
}

const unauthorizedClient: OAuthError = {
  status: 401,
  body: { error: "unauthorized_client", error_description: "Missing valid authorization header" },
};

/** A confidential app authenticates with Basic only; a secret in the body is ignored. */
function authenticateClient(
  world: TwitterWorld,
  authorization: string | undefined,
  form: TokenForm,
): App | OAuthError {
  const basic = readBasic(authorization);
  const clientId = basic?.id ?? form.client_id;
  if (!clientId) return missingParameter("client_id");
  const app = world.memory.apps.find((candidate) => candidate.clientId === clientId);
  if (!app) return { status: basic ? 401 : 400, body: { error: "invalid_client" } };
  if (app.type === "public") return basic ? unauthorizedClient : app;
  return basic && isSame(basic.secret, app.clientSecret) ? app : unauthorizedClient;
}

function readBasic(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (!encoded) return undefined;
  const [id = "", ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  try {
    return { id: decodeURIComponent(id), secret: decodeURIComponent(rest.join(":")) };
  } catch {
    return { id, secret: rest.join(":") };
  }
}

function grantTokens(world: TwitterWorld, app: App, form: TokenForm): TokenPair | OAuthError {
  switch (form.grant_type) {
    case undefined:
      return missingParameter("grant_type");
    case "authorization_code": {
      const { code, redirect_uri: redirectUri, code_verifier: verifier } = form;
      if (!code) return missingParameter("code");
      if (!redirectUri) return missingParameter("redirect_uri");
      if (!verifier) return missingParameter("code_verifier");
      return (
        redeemCode(world, app, { code, redirectUri, verifier }) ?? invalidGrant(world, "authorization code")
      );
    }
    case "refresh_token":
      if (!form.refresh_token) return missingParameter("refresh_token");
      return rotateRefreshToken(world, app, form.refresh_token) ?? invalidGrant(world, "token");
    default:
      return { status: 400, body: { error: "unsupported_grant_type" } };
  }
}

function invalidGrant(world: TwitterWorld, what: "authorization code" | "token"): OAuthError {
  const { grantError } = world.memory.switches;
  return {
    status: 400,
    body: { error: grantError, error_description: `Value passed for the ${what} was invalid.` },
  };
}
