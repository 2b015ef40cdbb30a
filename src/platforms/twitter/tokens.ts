/** Requests, refreshes and revokes tokens at X (docs/networks/x.md, section 1). */
import { say } from "../../words/words.ts";
import { basic, renewTokens, requestTokens } from "../call/oauth2.ts";
import { callSafely } from "../call/request.ts";
import { PlatformError, type PlatformWorld, type Tokens } from "../platform.ts";
import type { Settings } from "./settings.ts";
import { toTokenError } from "./token-errors.ts";

type Form = Readonly<Record<string, string>>;

/** A confidential client authenticates with HTTP Basic, never in the body. A public client only sends its id. */
function asApp(settings: Settings, endpoint: "token" | "revoke", form: Form) {
  const {
    SOCIAL_TWITTER_API_ORIGIN: api,
    SOCIAL_TWITTER_CLIENT_ID: id,
    SOCIAL_TWITTER_CLIENT_SECRET: secret,
  } = settings;
  return {
    endpoint: `${api}/2/oauth2/${endpoint}`,
    form: { ...form, client_id: id },
    ...(secret === undefined ? {} : { headers: basic(id, secret) }),
  };
}

/** Exchanges a code for tokens. @throws {PlatformError} if X refuses */
export async function takeTokens(
  world: PlatformWorld,
  settings: Settings,
  form: Form,
  scopes: readonly string[],
): Promise<Tokens> {
  const granted = await requestTokens(world.fetch, {
    ...asApp(settings, "token", { grant_type: "authorization_code", ...form }),
    now: world.now(),
    scopes,
  });
  if ("refused" in granted) throw toTokenError(granted.refused, "code", world.now());
  return granted.tokens;
}

/** @throws {PlatformError} if X refuses, or if the tokens cannot be refreshed */
export async function refreshTokens(
  world: PlatformWorld,
  settings: Settings,
  tokens: Tokens,
): Promise<Tokens> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) {
    const message = say("X did not let us renew this connection. Reconnect the account.");
    throw new PlatformError("reconnect-needed", { code: "not-renewable", message });
  }
  const refresh = async (): Promise<Tokens> => {
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const now = world.now();
    const asked = { ...asApp(settings, "token", form), now, scopes: tokens.scopes };
    const renewed = await requestTokens(world.fetch, asked);
    if ("refused" in renewed) throw toTokenError(renewed.refused, "refresh", now);
    return renewTokens(tokens, renewed.tokens);
  };
  // An attempt without a clear answer may have used up the token. A second attempt with the same token shows whether it did.
  return await refresh().catch((error: unknown) => {
    if (!(error instanceof PlatformError) || error.kind !== "transient") throw error;
    return refresh();
  });
}

/** @throws {PlatformError} if X refuses */
export async function revokeTokens(world: PlatformWorld, settings: Settings, tokens: Tokens): Promise<void> {
  // Revoking the refresh token revokes the whole grant. Revoking only the access token would leave the grant alive.
  const form =
    tokens.refreshToken === undefined
      ? { token: tokens.accessToken, token_type_hint: "access_token" }
      : { token: tokens.refreshToken, token_type_hint: "refresh_token" };
  const { endpoint: url, ...asked } = asApp(settings, "revoke", form);
  const answer = await callSafely(world.fetch, { method: "POST", url, ...asked });
  if (answer.status !== 200) throw toTokenError(answer, "refresh", world.now());
}
