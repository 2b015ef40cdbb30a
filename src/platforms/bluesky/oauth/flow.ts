/** Sends a person to their authorization server: the request is pushed there first (docs/networks/bluesky.md, section 3). */
import { z } from "zod";
import { readOAuthError } from "../../call/oauth2.ts";
import type { Answer } from "../../call/request.ts";
import type { Authorization, AuthorizeRequest } from "../../platform.ts";
import { toWebAddress } from "../../posts/web-address.ts";
import { findAccount } from "../identity/account.ts";
import { type Metadata, readMetadata } from "../identity/server.ts";
import type { Parts } from "../parts.ts";
import { type Client, identify, newClient } from "./client.ts";
import { toOAuthError } from "./errors.ts";
import { type Key, makeKey, thumbprintOf } from "./keys.ts";
import { callProven } from "./proof.ts";
import { fewest, usual } from "./scopes.ts";

/** What a flow keeps until the person is back. */
export const rememberShape = z.object({
  clientId: z.string(),
  clientKey: z.string().optional(),
  /** The name of the key that the tokens will be bound to. */
  proofKey: z.string(),
  /** The account that the person named. */
  did: z.string().optional(),
});

const pushedShape = z.object({ request_uri: z.string().min(1) });

interface Started extends AuthorizeRequest {
  readonly issuer: string;
}

/** @throws {PlatformError} */
export async function startFlow(parts: Parts, request: Started): Promise<Authorization> {
  const { issuer, redirectUri, typed } = request;
  const { identity } = await findAccount(parts, typed ?? issuer);
  const metadata = await readMetadata(parts, issuer);
  const client = await newClient(parts, redirectUri);
  const key = await makeKey();
  const hint = identity?.handle ?? identity?.did;
  const push = (scopes: readonly string[]) =>
    pushRequest(parts, { metadata, client, key, request, scopes, hint });
  let answer = await push(fewest);
  if (readOAuthError(answer.body)?.error === "invalid_scope") answer = await push(usual);
  const pushed = pushedShape.safeParse(answer.body).data;
  if (![200, 201].includes(answer.status) || pushed === undefined)
    throw toOAuthError(answer, { issuer, step: "start", now: parts.world.now() });
  const url = new URL(metadata.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: client.id, request_uri: pushed.request_uri })
    .toString()
    .replaceAll("+", "%20");
  const remember = {
    ...{ clientId: client.id, proofKey: await keepProofKey(parts, request, key) },
    ...(client.keyName === undefined ? {} : { clientKey: client.keyName }),
    ...(identity === undefined ? {} : { did: identity.did }),
  };
  return { url: toWebAddress(url), remember };
}

interface Push {
  readonly metadata: Metadata;
  readonly client: Client;
  readonly key: Key;
  readonly request: Started;
  readonly scopes: readonly string[];
  readonly hint: string | undefined;
}

async function pushRequest(
  parts: Parts,
  { metadata, client, key, request, scopes, hint }: Push,
): Promise<Answer> {
  const form = {
    ...(await identify(parts, client, request.issuer)),
    response_type: "code",
    redirect_uri: request.redirectUri,
    scope: scopes.join(" "),
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: "S256",
    ...(hint === undefined ? {} : { login_hint: hint }),
  };
  const url = metadata.pushed_authorization_request_endpoint;
  return await callProven(parts, { key }, { method: "POST", url, form });
}

/** A key is a secret, so it is kept encrypted, as apps are: for one flow. */
async function keepProofKey({ world }: Parts, { issuer, redirectUri }: Started, key: Key): Promise<string> {
  const clientId = await thumbprintOf(key);
  const app = {
    clientId,
    clientSecret: JSON.stringify(key),
    scopes: fewest,
    redirectUri,
    once: true,
  } as const;
  await world.apps.save(issuer, app, world.now());
  return clientId;
}
