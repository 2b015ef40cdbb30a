/** The steps of OAuth 2.0 that networks share. */
import { z } from "zod";
import type { AuthorizeRequest, Tokens } from "../platform.ts";
import { toWebAddress, type WebAddress } from "../posts/web-address.ts";
import { type Answer, callSafely } from "./request.ts";

/** The URL of the network's authorization page for one OAuth flow, with PKCE (S256). */
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
  // Every server decodes %20 to a space; not every server decodes + so.
  url.search = parameters.toString().replaceAll("+", "%20");
  return toWebAddress(url);
}

/** In seconds, limited to 100 years. */
export const lifetime = z.coerce
  .number()
  .positive()
  .transform((seconds) => Math.min(seconds, 3_153_600_000));

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: lifetime.optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
  // A string according to RFC 6749, section 5.1; some networks send a list.
  scope: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  id_token: z.string().optional().catch(undefined),
});

/** The successful answer of a token endpoint. */
export interface Granted {
  readonly tokens: Tokens;
  /** The ID token of OpenID Connect, not verified. */
  readonly idToken?: string;
}

/** A request to a token endpoint. */
export interface TokenRequest {
  readonly endpoint: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly now: Date;
  /** The requested scopes, which apply if the answer names none. */
  readonly scopes: readonly string[];
}

/**
 * Calls a token endpoint.
 * @returns the tokens, or the answer without tokens for the network's code to read
 * @throws {PlatformError} transient if there is no answer
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

/** @returns undefined if no scope is named */
function readScopes(scope: string | readonly string[] | undefined): readonly string[] | undefined {
  const named = [scope ?? []].flat().flatMap((part) => part.split(/[\s,+]+/).filter(Boolean));
  return named.length === 0 ? undefined : named;
}

/** Merges renewed tokens into the old ones: a refresh token stays valid unless the network sends a new one. */
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

/** @returns the code of an OAuth error ("invalid_grant") and its description, if any; undefined if the body has no error */
export function readOAuthError(body: unknown): z.infer<typeof oauthError> | undefined {
  return oauthError.safeParse(body).data;
}

/** The authorization header with the access token. */
export function bearer(tokens: Tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.accessToken}` };
}

/** The authorization header with the app's id and secret. */
export function basic(clientId: string, clientSecret: string): Record<string, string> {
  // RFC 6749, section 2.3.1: each is form-encoded before they are joined.
  const pair = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(":");
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
