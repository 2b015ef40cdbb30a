/** App registration, scopes and OAuth metadata of a simulated Mastodon server (docs/networks/mastodon.md, section 2). */
import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { type Env, originOf } from "../../network.ts";
import { readFields, textSchema } from "../fields.ts";
import type { App, Server } from "../memory.ts";
import { isFrom } from "../releases.ts";
import { invalid, type MastodonWorld, refusal, requireToken, serverOf } from "./access.ts";

const readable =
  "accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses";
const writable =
  "accounts blocks bookmarks conversations favourites filters follows lists media mutes notifications reports statuses";

const asksByScope: Readonly<Record<string, string>> = {
  profile: "See your name, picture and address, and nothing else",
  read: "Read all your account's data",
  "read:accounts": "See your account's data",
  "read:statuses": "See your posts, also those that are not public",
  write: "Change all your account's data",
  "write:statuses": "Publish and delete posts in your name",
  "write:media": "Upload pictures and other media for your posts",
  follow: "Change whom you follow and block",
  push: "Receive your notifications",
};

export const nativeRedirectUri = "urn:ietf:wg:oauth:2.0:oob";

const knownFields = ["client_name", "redirect_uris", "scopes", "website"];
const maxName = 60;
const maxAddress = 2000;

function scopesOf({ switches }: Server): string[] {
  if (switches.scopesListed === "coarse") return ["read", "write", "follow", "push"];
  return [
    ...(isFrom(switches, "4.3") ? ["profile"] : []),
    "read",
    ...readable.split(" ").map((noun) => `read:${noun}`),
    "write",
    ...writable.split(" ").map((noun) => `write:${noun}`),
    "follow",
    "push",
    ...(switches.scopesListed === "offline" ? ["offline_access"] : []),
  ];
}

/** Misskey's forks list their own scopes but accept Mastodon's too. */
function listedScopes(server: Server): string[] {
  return server.switches.scopesListed === "misskey"
    ? ["read:account", "write:account", "write:drive", "write:notes"]
    : scopesOf(server);
}

/** Describes a scope in plain words. */
export function askOf(scope: string): string {
  const [verb, noun] = scope.split(":");
  return asksByScope[scope] ?? `${verb === "read" ? "See" : "Change"} your ${noun ?? scope}`;
}

export function splitScopes(scopes: string): string[] {
  return [...new Set(scopes.split(/[\s+]+/).filter((scope) => scope !== ""))];
}

export function appRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/api/v1/apps", (c) => registerApp(world, c));

  app.get("/api/v1/apps/verify_credentials", (c) => {
    const server = serverOf(world, c);
    const { clientId } = requireToken(world, c);
    const registered = world.memory.apps.find((candidate) => candidate.clientId === clientId);
    if (!registered) throw refusal(server, "invalid-token");
    const { client_id: _id, client_secret: _secret, ...shown } = appEntity(server, registered);
    return c.json(shown);
  });

  app.get("/.well-known/oauth-authorization-server", (c) => {
    const server = serverOf(world, c);
    const { metadata, scopesListed } = server.switches;
    const isOlder = !isFrom(server.switches, "4.3") && scopesListed === "mastodon";
    if (isOlder || !metadata) throw refusal(server, "not-found");
    return c.json(metadataOf(server, originOf(c.req.raw)));
  });
  return app;
}

async function registerApp(world: MastodonWorld, c: Context<Env>): Promise<Response> {
  const server = serverOf(world, c);
  const fields = await readFields(c);
  const unknownField = Object.keys(fields).find((field) => !knownFields.includes(field));
  if (server.switches.strictFields && unknownField)
    throw invalid(server, `Unrecognized key: "${unknownField}"`);
  const name = textSchema.safeParse(fields.client_name).data ?? "";
  if (name.trim() === "") throw invalid(server, "Application name can't be blank");
  if (name.length > maxName)
    throw invalid(server, `Application name is too long (maximum is ${maxName} characters)`);
  const redirectUris = readRedirectUris(server, fields.redirect_uris);
  const scopes = splitScopes(textSchema.safeParse(fields.scopes).data || "read");
  if (scopes.some((scope) => !scopesOf(server).includes(scope)))
    throw invalid(server, "Scopes doesn't match configured on the server.");
  const website = textSchema.safeParse(fields.website).data ?? "";
  if (website !== "" && !isWebAddress(website)) throw invalid(server, "Website must be a valid URL");
  const registered: App = {
    id: world.nextId(),
    server: server.host,
    name,
    website: website === "" ? null : website,
    redirectUris,
    scopes,
    clientId: randomBytes(32).toString("base64url"),
    clientSecret: randomBytes(32).toString("base64url"),
  };
  world.memory.apps.push(registered);
  return c.json(appEntity(server, registered));
}

/** An array, or one string with lines; before 4.3 only the string. */
function readRedirectUris(server: Server, value: unknown): string[] {
  const isReadableList = Array.isArray(value) && isFrom(server.switches, "4.3");
  const uris = (isReadableList ? value : [value]).flatMap((part: unknown) =>
    typeof part === "string" ? part.split(/\s+/).filter((uri) => uri !== "") : [],
  );
  if (uris.length === 0) throw invalid(server, "Redirect URI can't be blank");
  for (const uri of uris) {
    const parsed = URL.parse(uri);
    if (!parsed) throw invalid(server, "Redirect URI must be an absolute URI.");
    if (uri.includes("#")) throw invalid(server, "Redirect URI cannot contain a fragment.");
    if (["data:", "vbscript:", "javascript:"].includes(parsed.protocol))
      throw invalid(server, "Redirect URI is forbidden by the server.");
    if (uri.length > maxAddress)
      throw invalid(server, `Redirect URI is too long (maximum is ${maxAddress} characters)`);
  }
  return uris;
}

function isWebAddress(address: string): boolean {
  const url = URL.parse(address);
  return address.length <= maxAddress && (url?.protocol === "https:" || url?.protocol === "http:");
}

function appEntity({ switches }: Server, app: App) {
  const common = {
    id: app.id,
    name: app.name,
    website: app.website,
    redirect_uri: app.redirectUris.join("\n"),
    client_id: app.clientId,
    client_secret: app.clientSecret,
  };
  if (!isFrom(switches, "4.3")) return common;
  const listed = { ...common, scopes: app.scopes, redirect_uris: app.redirectUris };
  return isFrom(switches, "4.4") ? { ...listed, client_secret_expires_at: 0 } : listed;
}

function metadataOf(server: Server, origin: string) {
  const grants = ["authorization_code", "client_credentials"];
  return {
    issuer: `${origin}/`,
    authorization_endpoint: `${origin}/oauth/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    revocation_endpoint: `${origin}/oauth/revoke`,
    ...(isFrom(server.switches, "4.4") && { userinfo_endpoint: `${origin}/oauth/userinfo` }),
    app_registration_endpoint: `${origin}/api/v1/apps`,
    service_documentation: "https://docs.joinmastodon.org/",
    scopes_supported: listedScopes(server),
    response_types_supported: ["code"],
    response_modes_supported: ["query", "fragment", "form_post"],
    grant_types_supported: server.switches.tokens === "expiring" ? [...grants, "refresh_token"] : grants,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    code_challenge_methods_supported: ["S256"],
    ...(server.switches.tellsIssuer && { authorization_response_iss_parameter_supported: true }),
  };
}
