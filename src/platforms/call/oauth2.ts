/** The plain steps of OAuth 2.0 that networks have in common. */
import { z } from "zod";
import type { AuthorizeRequest, Tokens } from "../platform.ts";
import { toWebAddress, type WebAddress } from "../posts/web-address.ts";
import { type Answer, callSafely } from "./request.ts";

/** The network's authorize page for one dance, PKCE by S256. */
export function buildAuthorizeUrl(
  page: string | URL,
  request: Pick<AuthorizeRequest, "redirectUri" | "state" | "codeChallenge"> & {
    readonly clientId: string;
    readonly scopes: readonly string[];
  },
): WebAddress {
  const url = new URL(page);
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scopes.join(" "),
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: "S256",
  });
  // %20 is read as a space everywhere, + only where the query is taken for a form.
  url.search = parameters.toString().replaceAll("+", "%20");
  return toWebAddress(url);
}

/** In seconds; no token is believed to hold longer than a hundred years. */
export const lifetime = z.coerce
  .number()
  .positive()
  .transform((seconds) => Math.min(seconds, 3_153_600_000));

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: lifetime.optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
  // A string by RFC 6749, section 5.1; some send a list.
  scope: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  id_token: z.string().optional().catch(undefined),
});

/** What a token endpoint gave. */
export interface Granted {
  readonly tokens: Tokens;
  /** Of OpenID Connect, unread. */
  readonly idToken?: string;
}

export interface TokenRequest {
  readonly endpoint: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly now: Date;
  /** What was asked for: what holds when the answer names no scope. */
  readonly scopes: readonly string[];
}

/**
 * One call of a token endpoint. An answer without tokens is the network's own to read.
 * @throws {PlatformError} transient, where there is no answer
 */
export async function requestTokens(
  fetcher: typeof fetch,
  { endpoint, headers, form, now, scopes }: TokenRequest,
): Promise<Granted | { readonly refused: Answer }> {
  const call = {
    method: "POST",
    url: endpoint,
    form,
    ...(headers === undefined ? {} : { headers }),
  } as const;
  const answer = await callSafely(fetcher, call);
  const parsed = tokenAnswer.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) return { refused: answer };
  const { access_token, expires_in, refresh_token, scope, id_token } = parsed.data;
  return {
    ...(id_token === undefined ? {} : { idToken: id_token }),
    tokens: {
      accessToken: access_token,
      ...(refresh_token === undefined ? {} : { refreshToken: refresh_token, renewAfter: now }),
      ...(expires_in === undefined ? {} : { expiresAt: new Date(now.getTime() + expires_in * 1_000) }),
      scopes: readScopes(scope) ?? scopes,
    },
  };
}

/** Undefined where none is named: an empty answer says no more than none. */
function readScopes(scope: string | readonly string[] | undefined): readonly string[] | undefined {
  const named = [scope ?? []].flat().flatMap((part) => part.split(/[\s,+]+/).filter(Boolean));
  return named.length === 0 ? undefined : named;
}

/** What a refresh leaves us with: a network that sends no new refresh token lets the old one live on. */
export function renewTokens(old: Tokens, renewed: Tokens): Tokens {
  const { refreshToken = old.refreshToken, renewAfter = old.renewAfter } = renewed;
  return {
    ...renewed,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(renewAfter === undefined ? {} : { renewAfter }),
  };
}

const oauthError = z.object({
  error: z.string(),
  error_description: z.string().optional().catch(undefined),
});

/** The error of an OAuth answer: its name ("invalid_grant") and perhaps a sentence; undefined when it has none. */
export function readOAuthError(body: unknown): z.infer<typeof oauthError> | undefined {
  return oauthError.safeParse(body).data;
}

export function bearer(tokens: Tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.accessToken}` };
}

export function basic(clientId: string, clientSecret: string): Record<string, string> {
  // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
  const pair = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(":");
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
