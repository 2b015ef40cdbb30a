/** The plain steps of OAuth 2.0 that networks have in common. */
import { z } from "zod";
import type { Tokens } from "./platform.ts";

/** The network's authorize page for one dance, PKCE by S256. */
export function buildAuthorizeUrl(
  page: string | URL,
  request: {
    readonly clientId: string;
    readonly redirectUri: string;
    readonly scopes: readonly string[];
    readonly state: string;
    readonly codeChallenge: string;
  },
): string {
  const url = new URL(page);
  const parameters = {
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scopes.join(" "),
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
});

/**
 * The tokens of a token endpoint's answer; undefined when it has none.
 * @param context.scopes what was asked for: what holds when the answer names no scopes
 */
export function readTokens(
  body: unknown,
  context: { readonly now: Date; readonly scopes: readonly string[] },
): Tokens | undefined {
  const parsed = tokenAnswer.safeParse(body);
  if (!parsed.success) return undefined;
  const { access_token, expires_in, refresh_token, scope } = parsed.data;
  return {
    accessToken: access_token,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token, renewAfter: context.now }),
    ...(expires_in === undefined ? {} : { expiresAt: new Date(context.now.getTime() + expires_in * 1_000) }),
    scopes: scope === undefined ? context.scopes : scope.split(/[\s,]+/).filter(Boolean),
  };
}

const oauthError = z.object({ error: z.string() });

/** The `error` of an OAuth answer: "invalid_grant". */
export function readOAuthError(body: unknown): string | undefined {
  return oauthError.safeParse(body).data?.error;
}

export function bearer(tokens: Tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.accessToken}` };
}

export function basic(clientId: string, clientSecret: string): Record<string, string> {
  // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
  const pair = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(":");
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
