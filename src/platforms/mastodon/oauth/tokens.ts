/** Exchanges codes for tokens at a Mastodon server, and refreshes them (docs/networks/mastodon.md, section 3). */
import { say } from "../../../words/words.ts";
import { readOAuthError, renewTokens, requestTokens } from "../../call/oauth2.ts";
import type { Answer } from "../../call/request.ts";
import {
  type Account,
  type AppRegistration,
  type AuthorizeCallback,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Tokens,
} from "../../platform.ts";
import { readAccount, readExtra } from "../account.ts";
import {
  appForgotten,
  begunBefore,
  incompatible,
  isUnreadable,
  scopeMissing,
  serverTrouble,
  toError,
  tokenRefused,
} from "../errors.ts";
import { isAppUnknown } from "./apps.ts";
import { covers, readGranted } from "./scopes.ts";

/** Exchanges a code. @param clientId the app that requested the code @throws {PlatformError} */
export async function exchange(
  world: PlatformWorld,
  { issuer: origin, hold, ...callback }: AuthorizeCallback,
  clientId: string,
): Promise<OAuthResult> {
  // A flow from before each server had its own redirect address: nobody can tell which server's code this is.
  if (origin === undefined) throw begunBefore();
  // A code belongs to the app that requested it, which another registration may have replaced meanwhile.
  const app = await world.apps.find(origin, clientId);
  if (app === undefined) throw appForgotten();
  const granted = await requestGrant(world, { origin, app }, callback);
  if ("refused" in granted) throw await judgeExchange(world, { origin, app }, granted.refused);
  const tokens = { ...granted.tokens, scopes: readGranted(granted.tokens.scopes, app.scopes) };
  await hold?.({ extra: { origin, clientId } }, tokens);
  if (!covers(tokens.scopes, "write:statuses")) throw scopeMissing("write:statuses");
  return { account: await readAccount(world, { origin, clientId, tokens }), tokens };
}

interface AppAt {
  readonly origin: string;
  readonly app: AppRegistration;
}

/**
 * Some servers need the scope once more (section 6). If a server refuses it, the exchange is repeated as in RFC 6749,
 * section 4.1.3.
 */
async function requestGrant(
  world: PlatformWorld,
  { origin, app }: AppAt,
  { code, codeVerifier, redirectUri }: Pick<AuthorizeCallback, "code" | "codeVerifier" | "redirectUri">,
) {
  const request = {
    endpoint: `${origin}/oauth/token`,
    form: {
      grant_type: "authorization_code",
      code,
      client_id: app.clientId,
      client_secret: app.clientSecret,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    },
    now: world.now(),
    scopes: app.scopes,
  };
  const withScope = { ...request, form: { ...request.form, scope: app.scopes.join(" ") } };
  const granted = await requestTokens(world.fetch, withScope);
  return "refused" in granted && isAboutScope(granted.refused)
    ? await requestTokens(world.fetch, request)
    : granted;
}

function isAboutScope({ status, body }: Answer): boolean {
  const error = readOAuthError(body)?.error;
  return status < 500 && (error === "invalid_scope" || error === "invalid_request");
}

async function judgeExchange(
  world: PlatformWorld,
  { origin, app }: AppAt,
  refused: Answer,
): Promise<PlatformError> {
  if (isAppUnknown(refused)) {
    await world.apps.retire(origin, app.clientId);
    return appForgotten();
  }
  if (isUnreadable(refused)) return serverTrouble(refused, world.now());
  if (refused.status === 200) return incompatible(200);
  if (refused.status !== 400) return toError(refused, world.now());
  return new PlatformError("rejected", {
    code: "code-refused",
    message: say("The Mastodon server did not accept the authorization. Connect again."),
    status: 400,
  });
}

/** @throws {PlatformError} */
export async function refresh(world: PlatformWorld, account: Account, tokens: Tokens): Promise<Tokens> {
  const { origin, clientId } = readExtra(account);
  const app = await world.apps.find(origin, clientId);
  if (app === undefined || tokens.refreshToken === undefined) throw tokenRefused(401);
  const renewed = await requestTokens(world.fetch, {
    endpoint: `${origin}/oauth/token`,
    form: {
      grant_type: "refresh_token",
      refresh_token: tokens.refreshToken,
      client_id: app.clientId,
      client_secret: app.clientSecret,
    },
    now: world.now(),
    scopes: tokens.scopes,
  });
  if ("tokens" in renewed) {
    const scopes = readGranted(renewed.tokens.scopes, tokens.scopes);
    return renewTokens(tokens, { ...renewed.tokens, scopes });
  }
  const { refused } = renewed;
  if (isAppUnknown(refused)) {
    await world.apps.retire(origin, app.clientId);
    throw tokenRefused(refused.status);
  }
  // Our request is always the same, so only the token can be wrong, whatever a server calls that.
  throw refused.status === 400 ? tokenRefused(400) : toError(refused, world.now());
}
