/** The token endpoints of Instagram Login (docs/networks/instagram.md, sections 3.2 to 3.4). */

import { type Context, Hono } from "hono";
import { z } from "zod";
import { isSame } from "../http/secrets.ts";
import type { Grant, Token } from "../meta/grants.ts";
import type { Env } from "../network.ts";
import { exchangeToken, redeemCode, renewToken } from "./grants.ts";
import type { InstagramWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";

const codeFormSchema = z.object({
  client_id: z.string().default(""),
  client_secret: z.string().default(""),
  grant_type: z.string().default(""),
  redirect_uri: z.string().default(""),
  code: z.string().default(""),
});

export function tokenRoutes(world: InstagramWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/access_token", async (c) => {
    const form = codeFormSchema.safeParse(await c.req.parseBody()).data;
    const asking = world.memory.apps.find(({ clientId }) => clientId === form?.client_id);
    if (!form || !asking) return refuse(c, "Invalid platform app");
    if (!isSame(asking.clientSecret, form.client_secret)) return refuse(c, "Error validating client secret");
    if (form.grant_type !== "authorization_code") return refuse(c, "Invalid grant_type");
    const redeemed = redeemCode(world, asking, { code: form.code, redirectUri: form.redirect_uri });
    if (!redeemed) return refuse(c, "Matching code was not found or was already used");
    const { tokenAnswer } = world.memory.switches;
    const body = tokenAnswer === "flat" ? flatAnswer(redeemed) : listedAnswer(redeemed);
    return c.body(body, 200, { "content-type": "application/json; charset=utf-8" });
  });

  app.get("/access_token", (c) => {
    const { grant_type, client_secret, access_token } = c.req.query();
    if (grant_type !== "ig_exchange_token") throw invalidParameter("grant_type must be ig_exchange_token");
    if (!access_token) throw refusal("token-missing");
    return c.json(answerToken(world, exchangeToken(world, access_token, client_secret ?? "")));
  });

  app.get("/refresh_access_token", (c) => {
    const { grant_type, access_token } = c.req.query();
    if (grant_type !== "ig_refresh_token") throw invalidParameter("grant_type must be ig_refresh_token");
    if (!access_token) throw refusal("token-missing");
    return c.json(answerToken(world, renewToken(world, access_token)));
  });

  return app;
}

/** The one endpoint that does not use Graph's envelope. */
function refuse(c: Context<Env>, error_message: string): Response {
  return c.json({ error_type: "OAuthException", code: 400, error_message }, 400);
}

interface Redeemed {
  readonly token: Token;
  readonly grant: Grant;
}

/** The account's id as a bare number, too large for JavaScript's numbers. */
function flatAnswer({ token, grant }: Redeemed): string {
  const permissions = JSON.stringify(grant.scopes);
  return `{"access_token":${JSON.stringify(token.token)},"user_id":${grant.accountId},"permissions":${permissions}}`;
}

function listedAnswer({ token, grant }: Redeemed): string {
  const answer = { access_token: token.token, user_id: grant.accountId, permissions: grant.scopes.join(",") };
  return JSON.stringify({ data: [answer] });
}

function answerToken(world: InstagramWorld, { token, expiresAtMs }: Token) {
  const expires_in = Math.round((expiresAtMs - world.now().getTime()) / 1000);
  return { access_token: token, token_type: "bearer", expires_in };
}
