/** Clients: the loopback client, whose id says everything, and those that publish a document at their id. */
import { calculateJwkThumbprint } from "jose";
import { z } from "zod";
import { fetchFromHere } from "../../crawl/crawl.ts";
import type { BlueskyWorld, ClientProof } from "../memory.ts";
import { oauthRefusal } from "../problems.ts";
import { readJwt } from "./jwt.ts";
import { isFirstUse } from "./once.ts";

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string().optional() })) });

const documentSchema = z.looseObject({
  client_id: z.string(),
  client_name: z.string().optional(),
  client_uri: z.url().optional(),
  application_type: z.enum(["web", "native"]).default("web"),
  redirect_uris: z.array(z.string()).min(1),
  scope: z.string().optional(),
  grant_types: z.array(z.string()).default(["authorization_code"]),
  response_types: z.array(z.string()).default(["code"]),
  token_endpoint_auth_method: z.string().default("client_secret_basic"),
  token_endpoint_auth_signing_alg: z.string().optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  jwks: jwksSchema.optional(),
  jwks_uri: z.url().optional(),
});

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly mayRefresh: boolean;
  /** Absent for public clients. */
  readonly keys?: readonly Readonly<Record<string, unknown>>[];
}

const assertionSeconds = 60;
const mostBytes = 512 * 1024;
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** @throws {Refusal} invalid_client_metadata */
export async function findClient(world: BlueskyWorld, id: string): Promise<Client> {
  if (/^http:\/\/localhost(?:$|[/?])/.test(id)) return loopbackClient(id);
  const url = URL.parse(id);
  if (url?.protocol !== "https:" || url.port !== "" || url.pathname === "/")
    throw badClient(`Invalid client ID "${id}"`);
  return await publishedClient(world, id);
}

function loopbackClient(id: string): Client {
  const bad = () => badClient(`Invalid client ID "${id}"`);
  const [path = "", query = "", ...more] = id.replace(/^http:\/\/localhost\/?/, "").split("?");
  if (path !== "" || more.length > 0) throw bad();
  const params = new URLSearchParams(query);
  const unknown = [...params.keys()].find((key) => key !== "scope" && key !== "redirect_uri");
  if (unknown !== undefined) throw bad();
  if (params.getAll("scope").length > 1) throw bad();
  const scopes = (params.get("scope") ?? "atproto").split(" ");
  if (!scopes.includes("atproto")) throw badClient('ATProto Loopback ClientID must include "atproto" scope');
  const asked = params.getAll("redirect_uri");
  const wrong = asked.find((uri) => !/^http:\/\/(?:127\.0\.0\.1|\[::1\])(?:[:/?]|$)/.test(uri));
  if (wrong !== undefined) throw bad();
  const redirectUris = asked.length > 0 ? asked : ["http://127.0.0.1/", "http://[::1]/"];
  return { id, name: id, redirectUris, scopes, mayRefresh: true };
}

async function publishedClient(world: BlueskyWorld, id: string): Promise<Client> {
  const bad = (why: string) => badClient(`Unable to obtain client metadata for "${id}": ${why}`);
  const read = documentSchema.safeParse(await fetchDocument(world, id));
  if (!read.success)
    throw bad(z.prettifyError(read.error).replaceAll("\n", " ") || "Failed to fetch the document");
  const document = read.data;
  const complaint = complainAbout(id, document);
  if (complaint !== undefined) throw badClient(complaint);
  const isConfidential = document.token_endpoint_auth_method === "private_key_jwt";
  return {
    id,
    name: document.client_name ?? id,
    redirectUris: document.redirect_uris,
    scopes: (document.scope ?? "").split(" "),
    mayRefresh: document.grant_types.includes("refresh_token"),
    ...(isConfidential && { keys: await keysOf(world, id, document) }),
  };
}

/** The first rule that the document breaks, in the reference server's words. */
function complainAbout(id: string, document: z.infer<typeof documentSchema>): string | undefined {
  const { jwks, jwks_uri, redirect_uris, token_endpoint_auth_method: method } = document;
  const scopes = document.scope?.split(" ");
  const origin = (url: string) => URL.parse(url)?.origin;
  const rules: readonly (readonly [boolean, string])[] = [
    [jwks !== undefined && jwks_uri !== undefined, "jwks_uri and jwks are mutually exclusive"],
    [scopes === undefined, "Missing scope property"],
    [scopes?.includes("atproto") === false, 'Missing "atproto" scope'],
    [scopes !== undefined && new Set(scopes).size < scopes.length, "Duplicate scope"],
    [document.client_id !== id, "client_id does not match"],
    [
      method !== "none" && method !== "private_key_jwt",
      `Unsupported client authentication method "${method}". Make sure "token_endpoint_auth_method" is set to one of: "none", "private_key_jwt"`,
    ],
    [
      method === "none" && document.token_endpoint_auth_signing_alg !== undefined,
      'token_endpoint_auth_method "none" must not have token_endpoint_auth_signing_alg',
    ],
    [
      method === "private_key_jwt" && jwks === undefined && jwks_uri === undefined,
      "private_key_jwt auth method requires jwks or jwks_uri",
    ],
    [
      method === "private_key_jwt" && document.token_endpoint_auth_signing_alg === undefined,
      "Missing token_endpoint_auth_signing_alg client metadata",
    ],
    [document.dpop_bound_access_tokens !== true, '"dpop_bound_access_tokens" must be true'],
    [!document.response_types.includes("code"), 'response_types must include "code"'],
    [
      document.client_uri !== undefined && origin(document.client_uri) !== origin(id),
      "client_uri must have the same origin as the client_id",
    ],
  ];
  return (
    rules.find(([isBroken]) => isBroken)?.[1] ??
    redirect_uris.map((uri) => complainAboutRedirect(id, uri)).find((why) => why !== undefined)
  );
}

function complainAboutRedirect(id: string, uri: string): string | undefined {
  const { protocol, hostname } = new URL(uri);
  if (hostname === "localhost")
    return `Loopback redirect URI ${uri} is not allowed (use explicit IPs instead)`;
  if (hostname === "127.0.0.1" || hostname === "[::1]")
    return "Loopback redirect URIs are only allowed for native apps";
  if (protocol === "http:") return 'Only loopback redirect URIs are allowed to use the "http" scheme';
  if (protocol !== "https:") return "Private-Use URI Scheme redirect URI are only allowed for native apps";
  return new URL(id).host === new URL(uri).host
    ? undefined
    : `Redirect URI ${uri} must have the same host as the client_id`;
}

async function keysOf(world: BlueskyWorld, id: string, { jwks, jwks_uri }: z.infer<typeof documentSchema>) {
  if (jwks) return jwks.keys;
  const read = jwksSchema.safeParse(await fetchDocument(world, jwks_uri ?? ""));
  if (!read.success) throw badClient(`Unable to obtain jwks from "${jwks_uri}" for "${id}"`);
  return read.data.keys;
}

/** Exactly 200 and JSON, without redirects. Public addresses lead to where the client really listens on this machine. */
async function fetchDocument(world: BlueskyWorld, address: string): Promise<unknown> {
  const url = URL.parse(address);
  const here = world.memory.clients[url?.origin ?? ""];
  const target = url && here !== undefined ? `${here}${url.pathname}${url.search}` : address;
  const signal = new AbortController().signal;
  const options = { accept: "application/json", bot: "simulated-bluesky/1.0", maxBytes: mostBytes, signal };
  const answer = await fetchFromHere(target, { ...options, maxRedirects: 0 });
  if (answer?.status !== 200 || !/^application\/json\b/i.test(answer.contentType)) return undefined;
  try {
    return JSON.parse(answer.bytes.toString());
  } catch {
    return undefined;
  }
}

/** @param issuer what the assertion must be made for @throws {Refusal} */
export async function authenticateClient(
  world: BlueskyWorld,
  client: Client,
  form: {
    readonly client_assertion?: string | undefined;
    readonly client_assertion_type?: string | undefined;
  },
  issuer: string,
): Promise<ClientProof> {
  if (!client.keys) return undefined;
  if (!form.client_assertion)
    throw oauthRefusal(
      "invalid_request",
      'client authentication method "private_key_jwt" required a "client_assertion"',
    );
  const bad = (why: string) =>
    oauthRefusal("invalid_client", `Validation of "client_assertion" failed: ${why}`);
  const jwt = readJwt(form.client_assertion);
  if (form.client_assertion_type !== assertionType || !jwt) throw bad("Invalid Compact JWS");
  const { header, payload } = jwt;
  const key = client.keys.find(({ kid }) => kid === header.kid);
  if (!header.kid) throw oauthRefusal("invalid_client", '"kid" required in client_assertion');
  if (!key) throw bad("no applicable key found in the JSON Web Key Set");
  if (!jwt.isSignedBy(key)) throw bad("signature verification failed");
  if (payload.iss !== client.id) throw bad('unexpected "iss" claim value');
  if (payload.sub !== client.id) throw bad('unexpected "sub" claim value');
  if (![payload.aud].flat().includes(issuer)) throw bad('unexpected "aud" claim value');
  if (!payload.jti) throw bad('missing required "jti" claim');
  const nowSeconds = Math.floor(world.now().getTime() / 1_000);
  if (payload.iat === undefined || nowSeconds - payload.iat > assertionSeconds)
    throw bad('"iat" claim timestamp check failed (too far in the past)');
  if (payload.exp !== undefined && payload.exp <= nowSeconds) throw bad('"exp" claim timestamp check failed');
  if (!isFirstUse(world, `assertion ${client.id} ${payload.jti}`, assertionSeconds))
    throw oauthRefusal("invalid_grant", "private_key_jwt jti reused");
  return { kid: header.kid, thumbprint: await calculateJwkThumbprint(key, "sha256") };
}

function badClient(description: string) {
  return oauthRefusal("invalid_client_metadata", description);
}

/** Whether the client declared this address; the port of a loopback address counts only if it was declared with one. */
export function hasRedirect({ redirectUris }: Client, uri: string): boolean {
  return redirectUris.some((declared) => {
    if (declared === uri) return true;
    const [one, other] = [URL.parse(declared), URL.parse(uri)];
    if (!one || !other || !["127.0.0.1", "[::1]"].includes(one.hostname)) return false;
    return (
      (one.port === "" || one.port === other.port) &&
      one.hostname === other.hostname &&
      one.protocol === other.protocol &&
      one.pathname === other.pathname &&
      one.search === other.search
    );
  });
}
