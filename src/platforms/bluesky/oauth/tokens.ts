/** Exchanges codes for tokens, refreshes and revokes them (docs/networks/bluesky.md, section 3). */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { lifetime } from "../../call/oauth2.ts";
import type { Answer } from "../../call/request.ts";
import { type Account, type AuthorizeCallback, PlatformError, type Tokens } from "../../platform.ts";
import { readExtra } from "../extra.ts";
import { type Metadata, readMetadata } from "../identity/server.ts";
import type { Parts } from "../parts.ts";
import { bind, unbind } from "./bound-token.ts";
import { type Client, documentAddress, identify } from "./client.ts";
import { toOAuthError } from "./errors.ts";
import type { rememberShape } from "./flow.ts";
import { type Key, readKey } from "./keys.ts";
import { callProven } from "./proof.ts";
import { readGranted } from "./scopes.ts";

const tokenShape = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^dpop$/i),
  refresh_token: z.string().min(1).optional(),
  expires_in: lifetime.optional().catch(undefined),
  scope: z.string(),
  sub: z.string(),
});

export interface Grant {
  readonly tokens: Tokens;
  /** The DID of the account. */
  readonly sub: string;
}

interface At {
  readonly issuer: string;
  readonly client: Client;
  readonly key: Key;
}

/** @throws {PlatformError} */
export async function exchangeCode(
  parts: Parts,
  { code, codeVerifier, redirectUri, issuer = "" }: AuthorizeCallback,
  remembered: z.infer<typeof rememberShape>,
): Promise<Grant> {
  const app = await parts.world.apps.find(issuer, remembered.proofKey);
  if (app === undefined) throw startOver();
  const { clientId: id, clientKey } = remembered;
  const client = { id, ...(clientKey === undefined ? {} : { keyName: clientKey }) };
  const form = {
    grant_type: "authorization_code",
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  };
  const at = { issuer, client, key: readKey(app.clientSecret) };
  const answer = await askForTokens(parts, at, form);
  return readGrant(parts, at, answer, "code");
}

/** @throws {PlatformError} */
export async function refresh(parts: Parts, account: Account, tokens: Tokens): Promise<Tokens> {
  const { refreshToken } = tokens;
  const at = whereOf(parts, account, tokens);
  if (refreshToken === undefined) throw notRenewable();
  const answer = await askForTokens(parts, at, { grant_type: "refresh_token", refresh_token: refreshToken });
  const { tokens: renewed, sub } = readGrant(parts, at, answer, "refresh");
  if (sub !== account.id) throw notRenewable();
  return renewed;
}

/** Revokes the grant. Servers confirm it for unknown tokens too. @throws {PlatformError} */
export async function revoke(
  parts: Parts,
  account: Pick<Account, "extra">,
  tokens: Tokens,
): Promise<"ended" | "impossible"> {
  const { issuer, client, key } = whereOf(parts, account, tokens);
  const { revocation_endpoint: url } = await readEndpoints(parts, issuer);
  if (url === undefined) return "impossible";
  const form = { ...(await identify(parts, client, issuer)), token: unbind(tokens).token };
  const answer = await callProven(parts, { key }, { method: "POST", url, form });
  if (answer.status === 200 && answer.body !== undefined) return "ended";
  throw toOAuthError(answer, { issuer, step: "revoke", now: parts.world.now() });
}

function whereOf({ settings }: Parts, account: Pick<Account, "extra">, tokens: Tokens): At {
  const { issuer, clientId, loopbackId } = readExtra(account);
  const id = loopbackId ?? documentAddress(settings.SOCIAL_BASE_URL);
  return {
    issuer,
    client: { id, ...(clientId === undefined ? {} : { keyName: clientId }) },
    key: unbind(tokens).key,
  };
}

async function askForTokens(
  parts: Parts,
  { issuer, client, key }: At,
  form: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { token_endpoint: url } = await readEndpoints(parts, issuer);
  const whole = { ...(await identify(parts, client, issuer)), ...form };
  return await callProven(parts, { key }, { method: "POST", url, form: whole });
}

function readGrant(parts: Parts, { issuer, key }: At, answer: Answer, step: "code" | "refresh"): Grant {
  const now = parts.world.now();
  const granted = tokenShape.safeParse(answer.body).data;
  if (answer.status !== 200 || granted === undefined) throw toOAuthError(answer, { issuer, step, now });
  const { access_token, refresh_token, expires_in, scope, sub } = granted;
  return {
    sub,
    tokens: {
      accessToken: bind(access_token, key),
      ...(refresh_token === undefined ? {} : { refreshToken: refresh_token, renewAfter: now }),
      ...(expires_in === undefined ? {} : { expiresAt: new Date(now.getTime() + expires_in * 1_000) }),
      scopes: readGranted(scope.split(" ").filter(Boolean)),
    },
  };
}

/** A server that people are connected at has endpoints, even if it does not name them now. */
async function readEndpoints(parts: Parts, issuer: string): Promise<Metadata> {
  return await readMetadata(parts, issuer).catch((error: unknown) => {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    const { code, told: message } = error;
    throw new PlatformError("transient", { code, message, cause: error });
  });
}

function startOver(): PlatformError {
  const message = say("This attempt to connect took too long. Connect again.");
  return new PlatformError("rejected", { code: "flow-forgotten", message });
}

function notRenewable(): PlatformError {
  const message = say("Bluesky’s permission cannot be renewed. Reconnect the account.");
  return new PlatformError("reconnect-needed", { code: "not-renewable", message });
}
