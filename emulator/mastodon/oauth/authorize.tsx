/** The consent page of a simulated Mastodon server (docs/networks/mastodon.md, section 3). */
import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { avatarUrl, type Env, originOf } from "../../network.ts";
import { ConsentPage, RefusedPage } from "../../pages/consent.tsx";
import { readFields, textSchema } from "../fields.ts";
import type { App, Server } from "../memory.ts";
import { isFrom } from "../releases.ts";
import { type MastodonWorld, Refusal, serverOf } from "./access.ts";
import { askOf, nativeRedirectUri, splitScopes } from "./apps.ts";
import { oauthRefusal } from "./client.ts";

interface AuthorizeRequest {
  readonly app: App;
  readonly redirectUri: string;
  readonly scopes: string[];
  readonly state: string;
  readonly challenge: string;
}

/** Why a request is refused: sent to the app if that is safe, otherwise shown to the person. */
interface BadRequest {
  readonly error: string;
  readonly description: string;
  readonly status: 400 | 401;
  /** Absent if the redirect address cannot be trusted. */
  readonly backTo?: { redirectUri: string; state: string };
}

const codeLifeMs = 10 * 60_000;

export function authorizeRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/oauth/authorize", (c) => {
    const server = serverOf(world, c);
    // Misskey's forks of 2026 whose operator allows no apps.
    if (server.switches.consent === "closed")
      throw oauthRefusal(403, "API_ACCESS_CLOSED", "OAuth login is disabled on this instance.");
    const request = readRequest(world, server, c.req.query());
    if ("error" in request) return refuse(c, server, request);
    const origin = originOf(c.req.raw);
    const people = world.memory.accounts.filter(
      (account) => account.server === server.host && account.status === "active",
    );
    return c.html(
      <ConsentPage
        network={server.title}
        appName={request.app.name}
        asks={request.scopes.map(askOf)}
        accounts={people.map((person) => ({
          id: person.id,
          displayName: person.displayName,
          handle: handleOf(server, person.username, origin),
          avatarUrl: avatarUrl(origin, person.id),
        }))}
        chooseAnew={c.req.query("force_login") === "true"}
        action="/oauth/authorize"
        fields={{
          response_type: "code",
          client_id: request.app.clientId,
          redirect_uri: request.redirectUri,
          scope: request.scopes.join(" "),
          ...(request.state && { state: request.state }),
          ...(request.challenge && { code_challenge: request.challenge, code_challenge_method: "S256" }),
        }}
        redirectHost={URL.parse(request.redirectUri)?.host || "this page"}
      />,
    );
  });

  app.post("/oauth/authorize", async (c) => {
    const server = serverOf(world, c);
    const fields = await readFields(c);
    const request = readRequest(world, server, fields);
    if ("error" in request) return refuse(c, server, request);
    const { redirectUri, state } = request;
    const issuer = issuerOf(c, server);
    if (fields.decision !== "approve" && server.switches.consent === "open-ended")
      return c.html(
        <RefusedPage network={server.title} reason="This server does not redirect back to the app." />,
      );
    if (fields.decision !== "approve") {
      return back(c, redirectUri, {
        ...issuer,
        error: "access_denied",
        error_description: "The resource owner or authorization server denied the request.",
        ...(server.switches.stateOnRefusal && state && { state }),
      });
    }
    const person = world.memory.accounts.find(
      ({ id, server: home, status }) => id === fields.account && home === server.host && status === "active",
    );
    if (!person)
      return c.html(<RefusedPage network={server.title} reason="Choose an account to continue with." />, 400);
    if (server.switches.appServes === "one-flow") request.app.used = true;
    const code = randomBytes(32).toString("base64url");
    world.memory.codes.push({
      code,
      clientId: request.app.clientId,
      accountId: person.id,
      redirectUri,
      scopes: request.scopes,
      ...(request.challenge && { challenge: request.challenge }),
      expiresAtMs: world.now().getTime() + codeLifeMs,
    });
    if (redirectUri === nativeRedirectUri)
      return c.html(<RefusedPage network={server.title} title="Copy this code to the app" reason={code} />);
    return back(c, redirectUri, { ...issuer, code, ...(state && { state }) });
  });

  return app;
}

/** "ana@people.localhost:4102": the account domain with the server's port. */
function handleOf(server: Server, username: string, origin: string): string {
  return `@${username}@${accountDomainOf(server, origin)}`;
}

export function accountDomainOf(server: Server, origin: string): string {
  const { host, port } = new URL(origin);
  if (server.accountDomain === undefined) return host;
  return port === "" ? server.accountDomain : `${server.accountDomain}:${port}`;
}

function readRequest(
  world: MastodonWorld,
  server: Server,
  fields: Readonly<Record<string, unknown>>,
): AuthorizeRequest | BadRequest {
  const text = (name: string) => textSchema.safeParse(fields[name]).data ?? "";
  const app = world.memory.apps.find(
    ({ clientId, server: home }) => clientId === text("client_id") && home === server.host,
  );
  if (!app || app.used) {
    const description =
      "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";
    return { error: "invalid_client", description, status: 401 };
  }
  const redirectUri = text("redirect_uri");
  if (!app.redirectUris.includes(redirectUri)) {
    const description = "The redirect URI included is not valid.";
    return { error: "invalid_redirect_uri", description, status: 400 };
  }
  const state = text("state");
  const bad = (error: string, description: string): BadRequest => ({
    error,
    description,
    status: 400,
    backTo: { redirectUri, state },
  });
  if (text("response_type") !== "code")
    return bad("unsupported_response_type", "The authorization server does not support this response type.");
  const scopes = splitScopes(text("scope") || "read");
  if (!scopes.every((scope) => app.scopes.includes(scope)))
    return bad("invalid_scope", "The requested scope is invalid, unknown, or malformed.");
  // Versions before 4.3 ignore PKCE.
  const challenge = isFrom(server.switches, "4.3") ? text("code_challenge") : "";
  if (challenge !== "" && text("code_challenge_method") !== "S256")
    return bad("invalid_code_challenge_method", "The code challenge method must be S256.");
  return { app, redirectUri, scopes, state, challenge };
}

function refuse(c: Context<Env>, server: Server, bad: BadRequest): Response | Promise<Response> {
  const { error, description } = bad;
  // Hollo never redirects to the app after a bad request.
  if (server.switches.errors === "hollo")
    throw new Refusal(Response.json({ error, error_description: description }, { status: 400 }));
  if (bad.backTo && bad.backTo.redirectUri !== nativeRedirectUri) {
    const { redirectUri, state } = bad.backTo;
    const issuer = issuerOf(c, server);
    return back(c, redirectUri, {
      ...issuer,
      error,
      error_description: description,
      ...(state && { state }),
    });
  }
  return c.html(<RefusedPage network={server.title} reason={description} />, bad.status);
}

/** RFC 9207: in every answer, refusals included. Mastodon sends none; activities.next does. */
function issuerOf(c: Context<Env>, { switches }: Server): Record<string, string> {
  return switches.tellsIssuer ? { iss: `${originOf(c.req.raw)}/` } : {};
}

function back(c: Context<Env>, redirectUri: string, answer: Readonly<Record<string, string>>): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return c.redirect(url.href, 302);
}
