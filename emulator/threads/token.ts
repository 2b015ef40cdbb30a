/** The token endpoints of the simulated Threads: code exchange, long-lived tokens, renewal and inspection (docs/networks/threads.md, section 2). */

import { type Context, Hono } from "hono";
import { isSame } from "../http/secrets.ts";
import type { Token } from "../meta/grants.ts";
import type { Env } from "../network.ts";
import { readCaller, readParameters } from "./caller.ts";
import { exchangeToken, findToken, redeemCode, renewToken } from "./grants.ts";
import type { ThreadsWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";

export function tokenRoutes(world: ThreadsWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/access_token", async (c) => {
    const form = await readParameters(c);
    const asking = world.memory.apps.find(({ clientId }) => clientId === form.client_id);
    if (!asking) return refuse(c, "Invalid client_id");
    if (!isSame(asking.clientSecret, form.client_secret ?? ""))
      return refuse(c, "Error validating client secret");
    if (form.grant_type !== "authorization_code") return refuse(c, "Invalid grant_type");
    const { code = "", redirect_uri: redirectUri = "" } = form;
    const redeemed = redeemCode(world, asking, { code, redirectUri });
    if (!redeemed) return refuse(c, "Matching code was not found or was already used");
    // The account's id as a bare number, too large for JavaScript's numbers.
    const body = `{"access_token":${JSON.stringify(redeemed.token.token)},"user_id":${redeemed.grant.accountId}}`;
    return c.body(body, 200, { "content-type": "application/json; charset=utf-8" });
  });

  app.get("/access_token", (c) => {
    const { grant_type, client_secret = "", access_token = "" } = c.req.query();
    if (grant_type !== "th_exchange_token") throw invalidParameter("grant_type must be th_exchange_token");
    return c.json(describe(world, exchangeToken(world, access_token, client_secret)));
  });

  app.get("/refresh_access_token", (c) => {
    const { grant_type, access_token = "" } = c.req.query();
    if (grant_type !== "th_refresh_token") throw invalidParameter("grant_type must be th_refresh_token");
    return c.json(describe(world, renewToken(world, access_token)));
  });

  app.get("/v1.0/debug_token", async (c) => {
    const { account, clientId, parameters } = await readCaller(world, c);
    const asking = world.memory.apps.find((candidate) => candidate.clientId === clientId);
    const isTester = asking?.testers.includes(account.username) ?? false;
    if (world.memory.switches.debugToken === "testers" && !isTester) throw refusal("permission-missing");
    if (!parameters.input_token) throw invalidParameter("The parameter input_token is required");
    const { token, grant } = findToken(world, parameters.input_token);
    if (grant.clientId !== clientId) throw refusal("permission-missing");
    const seconds = (ms: number) => Math.floor(ms / 1000);
    return c.json({
      data: {
        type: "USER",
        application: grant.clientId,
        data_access_expires_at: seconds(token.issuedAtMs) + 90 * 86_400,
        expires_at: seconds(token.expiresAtMs),
        is_valid: true,
        issued_at: seconds(token.issuedAtMs),
        scopes: grant.scopes,
        user_id: grant.accountId,
      },
    });
  });

  return app;
}

/** The one endpoint that does not use Graph's envelope. */
function refuse(c: Context<Env>, error_message: string): Response {
  return c.json({ error_type: "OAuthException", code: 400, error_message }, 400);
}

function describe(world: ThreadsWorld, { token, expiresAtMs }: Token) {
  const expires_in = Math.round((expiresAtMs - world.now().getTime()) / 1000);
  return { access_token: token, token_type: "bearer", expires_in };
}
