/** Token revocation at a simulated Mastodon server, and how servers fail at it (docs/networks/mastodon.md, section 3). */
import { Hono } from "hono";
import type { Env } from "../../network.ts";
import { type Fields, readFields } from "../fields.ts";
import type { Server } from "../memory.ts";
import { type MastodonWorld, Refusal, refusal, requirePerson, serverOf } from "./access.ts";
import { authenticatedClient, oauthRefusal, textOf } from "./client.ts";

export function revocationRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/revoke", async (c) => {
    const server = serverOf(world, c);
    const fields = await readFields(c);
    const given = textOf(fields, "token");
    const token = world.memory.tokens.find(
      ({ accessToken, refreshToken }) => accessToken === given || refreshToken === given,
    );
    switch (server.switches.revocation) {
      case "missing":
        throw refusal(server, "not-found");
      case "forbidden":
        throw oauthRefusal(403, "unauthorized_client", "You are not authorized to revoke this token");
      case "page":
        return c.html("<!doctype html><html lang=en><title>Welcome</title><p>This is a web site.</p></html>");
      case "pretended":
        return c.json({});
      case "bearer-json": {
        const { account } = requirePerson(world, c, ["profile", "read:accounts"]);
        if (!token || token.accountId !== account.id)
          throw new Refusal(Response.json({ error: "permission error" }, { status: 403 }));
        token.endedBy ??= "revoked";
        return c.json({});
      }
      case "whole-app": {
        const client = authenticatedClient(world, c, fields, server);
        if (!client || token?.clientId !== client.clientId) throw refusal(server, "invalid-token");
        for (const other of world.memory.tokens)
          if (other.clientId === client.clientId) other.endedBy ??= "revoked";
        return c.json([]);
      }
      case "usual": {
        if (server.switches.strictFields) refuseUnknownFields(fields);
        const client = authenticatedClient(world, c, fields, server);
        if (!client || (token && token.clientId !== client.clientId)) throw clientMayNotRevoke(server);
        if (token) token.endedBy ??= "revoked";
        return c.json({});
      }
    }
  });
  return app;
}

function clientMayNotRevoke({ switches }: Server): Refusal {
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
