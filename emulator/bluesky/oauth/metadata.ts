/** The documents by which clients find the authorization server and its endpoints. */
import { type Context, Hono } from "hono";
import type { Env } from "../../network.ts";
import type { BlueskyWorld } from "../memory.ts";
import { calledOrigin, issuerOf, serverOf } from "../places.ts";
import { algorithms } from "./jwt.ts";

export function metadataRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.use("/.well-known/*", async (c, next) => {
    await next();
    c.header("access-control-allow-origin", "*");
  });

  app.get("/.well-known/oauth-protected-resource", (c) => {
    const { discovery } = world.memory.switches;
    if (discovery === "without-oauth") return c.body(null, 404);
    if (discovery === "redirected") return c.redirect("/.well-known/oauth-protected-resource/moved");
    return c.json({
      resource: calledOrigin(world, c),
      authorization_servers: [issuerOf(world)],
      scopes_supported: [],
      bearer_methods_supported: ["header"],
      resource_documentation: "https://atproto.com",
    });
  });

  app.get("/.well-known/oauth-authorization-server", (c) => {
    const { discovery } = world.memory.switches;
    const isIssuer = calledOrigin(world, c) === issuerOf(world);
    if (!isIssuer || discovery === "without-oauth") return c.body(null, 404);
    c.header("cache-control", "max-age=300");
    return c.json(describeServer(world, discovery === "another-issuer"));
  });

  app.get("/oauth/jwks", (c: Context<Env>) => c.json({ keys: [] }));

  return app;
}

function describeServer(world: BlueskyWorld, isAnother: boolean) {
  const issuer = issuerOf(world);
  const { granularScopes } = world.memory.switches;
  return {
    issuer: isAnother ? "https://bsky.example.com" : issuer,
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    scopes_supported: [
      ...["atproto", "transition:email", "transition:generic"],
      ...(granularScopes === "refused" ? [] : ["transition:chat.bsky"]),
    ],
    subject_types_supported: ["public"],
    response_types_supported: ["code"],
    response_modes_supported: ["query", "fragment", "form_post"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    ui_locales_supported: ["en-US"],
    display_values_supported: ["page", "popup", "touch"],
    request_object_signing_alg_values_supported: [...algorithms, "none"],
    authorization_response_iss_parameter_supported: true,
    request_object_encryption_alg_values_supported: [],
    request_object_encryption_enc_values_supported: [],
    jwks_uri: `${issuer}/oauth/jwks`,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: algorithms,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
    require_pushed_authorization_requests: true,
    dpop_signing_alg_values_supported: algorithms,
    protected_resources: [issuer, serverOf(world, { host: "localhost" })],
    client_id_metadata_document_supported: true,
    prompt_values_supported: ["none", "login", "consent", "select_account", "create"],
  };
}
