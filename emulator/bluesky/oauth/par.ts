/** Pushed authorization requests: the only way to begin. */
import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { keepBounded } from "../../bounded.ts";
import type { Env } from "../../network.ts";
import type { BlueskyWorld } from "../memory.ts";
import { oauthRefusal } from "../problems.ts";
import { type Client, hasRedirect } from "./clients.ts";
import { answerClient, type ClientCall, type Form } from "./endpoint.ts";
import { isGranular, isKnownScope } from "./scopes.ts";

export const requestSeconds = 300;
export const requestPrefix = "urn:ietf:params:oauth:request_uri:";
const mostKept = 5_000;
const handleOrDid = /^(?:did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.%-]+)|(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*)$/;

export function parRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/oauth/par", (c) =>
    answerClient(world, c, 201, (call) => pushRequest(world, call), {
      proofOptional: true,
      missingIs: "invalid_client",
    }),
  );
  app.all("/oauth/par", (c) => c.body(null, 405));
  return app;
}

function pushRequest(world: BlueskyWorld, { form, client, clientProof, proof }: ClientCall) {
  const refuse = (description: string, error = "invalid_request") => oauthRefusal(error, description);
  if (form.response_type !== "code")
    throw refuse(`Unsupported response_type "${form.response_type}"`, "unsupported_response_type");
  checkDeclared(client, form);
  const redirectUri = redirectOf(client, form);
  if (!redirectUri) throw refuse("redirect_uri is required");
  if (!hasRedirect(client, redirectUri)) throw refuse(`Invalid redirect_uri ${redirectUri}`);
  if (!form.code_challenge) throw refuse("Use of PKCE is required");
  const scopes = (form.scope ?? "").split(" ");
  if (!scopes.includes("atproto")) throw refuse('The "atproto" scope is required', "invalid_scope");
  if (form.code_challenge_method !== "S256")
    throw refuse('atproto requires use of "S256" code_challenge_method');
  if (!client.keys && form.prompt === "none")
    throw refuse("Public clients are not allowed to use silent-sign-on");
  const hint = form.login_hint?.toLowerCase();
  if (hint && !handleOrDid.test(hint)) throw refuse(`Invalid login_hint "${hint}"`);
  const id = `req-${randomBytes(16).toString("hex")}`;
  const request = {
    id,
    clientId: client.id,
    proof: clientProof,
    keyThumbprint: proof?.thumbprint ?? form.dpop_jkt,
    redirectUri,
    scope: keptScopes(world, scopes).join(" "),
    challenge: form.code_challenge,
    state: form.state,
    loginHint: hint,
    responseMode: form.response_mode === "fragment" ? ("fragment" as const) : ("query" as const),
    expiresAtMs: world.now().getTime() + requestSeconds * 1_000,
  };
  keepBounded(world.memory.requests, request, mostKept);
  return { request_uri: `${requestPrefix}${id}`, expires_in: requestSeconds - 1 };
}

/** Scopes that the client did not declare are refused; those that the server does not know are dropped. */
function checkDeclared(client: Client, { scope }: Form): void {
  const missing = scope?.split(" ").find((each) => !client.scopes.includes(each));
  if (missing !== undefined)
    throw oauthRefusal("invalid_scope", `Scope "${missing}" is not declared in the client metadata`);
}

function keptScopes({ memory }: BlueskyWorld, scopes: readonly string[]): string[] {
  const { granularScopes } = memory.switches;
  const refused = granularScopes === "refused" ? scopes.find(isGranular) : undefined;
  if (refused !== undefined) throw oauthRefusal("invalid_scope", `Unsupported scope "${refused}"`);
  const isKept = (scope: string) => isKnownScope(scope) && (granularScopes === "known" || !isGranular(scope));
  return [...new Set(scopes)].filter(isKept);
}

function redirectOf({ redirectUris }: Client, { redirect_uri }: Form): string | undefined {
  return redirect_uri ?? (redirectUris.length === 1 ? redirectUris[0] : undefined);
}
