/** What our app is to Bluesky’s servers: an address that describes it, without any registration (docs/networks/bluesky.md, section 2). */
import { isIP } from "node:net";
import { say } from "../../../words/words.ts";
import { type AppRegistration, PlatformError } from "../../platform.ts";
import type { Parts } from "../parts.ts";
import { makeKey, publicPartOf, readKey, sign, thumbprintOf } from "./keys.ts";
import { declared } from "./scopes.ts";

/** An app with an address proves itself with a key. One on the person’s own machine has neither. */
export interface Client {
  readonly id: string;
  /** The name of its key. Absent if it has none. */
  readonly keyName?: string;
}

/** A key is used for new connections for half a year, and kept as long as a connection was made with it. */
const KEY_MS = 15_552_000_000;

export const documentAddress = (base: string) => new URL("social/apps/bluesky/client.json", base).href;
const keysAddress = (base: string) => new URL("social/apps/bluesky/keys.json", base).href;

/** The client for a new connection. @throws {PlatformError} if no server would accept our address */
export async function newClient(parts: Parts, redirectUri: string): Promise<Client> {
  const base = parts.settings.SOCIAL_BASE_URL;
  const { protocol, hostname } = new URL(base);
  if (protocol === "http:" && (hostname === "127.0.0.1" || hostname === "[::1]"))
    return { id: loopbackId(redirectUri) };
  if (protocol !== "https:" || isIP(hostname.replace(/[[\]]/g, "")) !== 0) throw noAddress();
  return { id: documentAddress(base), keyName: (await currentKey(parts, redirectUri)).clientId };
}

/** On the person’s own machine, the id itself says everything. */
function loopbackId(redirectUri: string): string {
  const query = new URLSearchParams({ redirect_uri: redirectUri, scope: declared.join(" ") });
  return `http://localhost?${query}`;
}

async function currentKey(parts: Parts, redirectUri: string): Promise<AppRegistration> {
  const { world, settings } = parts;
  const now = world.now();
  const owner = documentAddress(settings.SOCIAL_BASE_URL);
  const known = await world.apps.find(owner);
  if (known?.secretExpiresAt !== undefined && known.secretExpiresAt > now) return known;
  const key = await makeKey();
  const app = {
    ...{
      clientId: await thumbprintOf(key),
      clientSecret: JSON.stringify(key),
      scopes: declared,
      redirectUri,
    },
    secretExpiresAt: new Date(now.getTime() + KEY_MS),
  };
  return await world.apps.save(owner, app, now);
}

/** The fields with which the client identifies itself to an authorization server. @throws {PlatformError} */
export async function identify(
  { world, settings }: Parts,
  { id, keyName }: Client,
  issuer: string,
): Promise<Record<string, string>> {
  if (keyName === undefined) return { client_id: id };
  const app = await world.apps.find(documentAddress(settings.SOCIAL_BASE_URL), keyName);
  if (app === undefined) throw keyGone();
  const claims = { iss: id, sub: id, aud: issuer };
  return {
    client_id: id,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await sign(readKey(app.clientSecret), {
      header: { kid: keyName },
      claims,
      now: world.now(),
    }),
  };
}

/** The documents that servers fetch from us, by the end of their address. */
export async function describeClient(
  { world, settings }: Parts,
  { document, redirectUri }: { readonly document: string; readonly redirectUri: string },
): Promise<object | undefined> {
  const base = settings.SOCIAL_BASE_URL;
  if (document === "keys.json") {
    const apps = await world.apps.list(documentAddress(base));
    return {
      keys: apps.map(({ clientId, clientSecret }) => ({
        ...publicPartOf(readKey(clientSecret)),
        ...{ kid: clientId, use: "sig", alg: "ES256" },
      })),
    };
  }
  if (document !== "client.json") return undefined;
  return {
    client_id: documentAddress(base),
    application_type: "web",
    client_name: world.serviceName(),
    client_uri: new URL(base).origin,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    scope: declared.join(" "),
    dpop_bound_access_tokens: true,
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks_uri: keysAddress(base),
  };
}

function noAddress(): PlatformError {
  const message = say(
    "Bluesky’s servers read from us what this service is, which needs an https address with a name. On one machine, http://127.0.0.1 works too.",
  );
  return new PlatformError("rejected", { code: "no-public-address", message, operator: true });
}

function keyGone(): PlatformError {
  const message = say("This service no longer has the key of this connection. Reconnect the account.");
  return new PlatformError("reconnect-needed", { code: "client-key-gone", message });
}
