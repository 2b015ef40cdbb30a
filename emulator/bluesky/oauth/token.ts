/** The token and revocation endpoints of the simulated Bluesky. */
import { Hono } from "hono";
import type { Env } from "../../network.ts";
import type { BlueskyWorld, Session } from "../memory.ts";
import { invalidGrant } from "../problems.ts";
import { answerClient, type ClientCall } from "./endpoint.ts";
import { endSessions, findSession, redeemCode, refreshSession, subjectOf } from "./sessions.ts";

export function tokenRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/oauth/token", (c) =>
    answerClient(world, c, 200, (call) => tokenAnswer(world, grantTokens(world, call)), {
      missingIs: "invalid_grant",
    }),
  );

  app.post("/oauth/revoke", (c) =>
    answerClient(world, c, 200, ({ form, client, proof }) => {
      const session = findSession(world, form.token ?? "");
      const isTheirs = session?.clientId === client.id && session.keyThumbprint === proof?.thumbprint;
      if (isTheirs) endSessions(world, (each) => each === session);
      return {};
    }),
  );

  return app;
}

function grantTokens(world: BlueskyWorld, { form, client, clientProof, proof }: ClientCall): Session {
  const bearer = { clientId: client.id, proof: clientProof, keyThumbprint: proof?.thumbprint };
  if (form.grant_type === "authorization_code") {
    if (!/^cod-[0-9a-f]{64}$/.test(form.code ?? ""))
      throw invalidGrant(malformed("code", form.code ?? "", "code"));
    const presented = { code: form.code ?? "", redirectUri: form.redirect_uri, verifier: form.code_verifier };
    return redeemCode(world, bearer, presented);
  }
  if (form.grant_type !== "refresh_token") throw invalidGrant(`Invalid request payload: ${wrongGrantType}`);
  if (!client.mayRefresh) throw invalidGrant('"refresh_token" grant type is not allowed for this client');
  if (!/^ref-[0-9a-f]{64}$/.test(form.refresh_token ?? ""))
    throw invalidGrant(malformed("refresh token", form.refresh_token ?? "", "refresh_token"));
  return refreshSession(world, bearer, form.refresh_token ?? "");
}

const wrongGrantType =
  "Invalid discriminator value. Expected 'authorization_code' | 'refresh_token' | 'password' | 'client_credentials' at body.grant_type";

function malformed(what: string, value: string, field: string): string {
  const length = value.length === 68 ? [] : [`String must contain exactly 68 character(s) at ${field}`];
  return `Invalid ${what}: ${[...length, `Invalid ${what} format at ${field}`].join("; ")}`;
}

function tokenAnswer(world: BlueskyWorld, session: Session) {
  return {
    access_token: session.accessToken,
    token_type: "DPoP",
    refresh_token: session.refreshToken,
    scope: session.scope,
    expires_in: Math.floor((session.expiresAtMs - world.now().getTime()) / 1_000),
    sub: subjectOf(world, session),
  };
}
