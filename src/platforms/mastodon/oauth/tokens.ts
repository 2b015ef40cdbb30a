/** Tokens of a Mastodon server: taken for a code, renewed, and ended there (docs/networks/mastodon.md, section 3). */
import { say } from "../../../words/words.ts";
import { bearer, readOAuthError, renewTokens, requestTokens } from "../../call/oauth2.ts";
import { type Answer, type Call, callSafely } from "../../call/request.ts";
import {
  type Account,
  type AppRegistration,
  type AuthorizeCallback,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Tokens,
} from "../../platform.ts";
import { readAccount, readApp, readExtra } from "../account.ts";
import {
  appForgotten,
  begunBefore,
  incompatible,
  isPage,
  isUnreadable,
  scopeMissing,
  serverTrouble,
  toError,
  tokenRefused,
} from "../errors.ts";
import { askCredentials, saysTokenIsDead } from "../refusal.ts";
import { isAppUnknown } from "./apps.ts";
import { covers, readGranted } from "./scopes.ts";

/** @param clientId of the app that asked for the code @throws {PlatformError} */
export async function exchange(
  world: PlatformWorld,
  { issuer: origin, hold, ...callback }: AuthorizeCallback,
  clientId: string,
): Promise<OAuthResult> {
  // Begun before each server had a redirect address of its own: whose code this is cannot be told.
  if (origin === undefined) throw begunBefore();
  // A code belongs to the app that asked for it, which another registration may have replaced meanwhile.
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

/** Some need the scope once more (section 6); a server that refuses it is asked as RFC 6749, section 4.1.3, has it. */
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
  // Our request is always the same, so what is bad about it can only be the token, whatever name a server has for that.
  throw refused.status === 400 ? tokenRefused(400) : toError(refused, world.now());
}

/**
 * Some have no such call, take it from nobody, or say that they did it: what the account is told with the token afterwards
 * is what counts.
 * @throws {PlatformError} where it may be told later
 */
export async function revoke(
  world: PlatformWorld,
  account: Account,
  tokens: Tokens,
): Promise<"ended" | "impossible"> {
  const { origin, clientId } = readApp(account);
  const app = await world.apps.find(origin, clientId);
  const answer = await askToRevoke(world, { origin, app }, tokens);
  if (app !== undefined && answer !== undefined && isAppUnknown(answer))
    await world.apps.retire(origin, app.clientId);
  const credentials = await askCredentials(world, { origin, tokens });
  if (credentials.status === 401 || saysTokenIsDead(credentials)) return "ended";
  const lives = credentials.status === 200 && !isPage(credentials);
  if (!lives && answer !== undefined && isDone(answer)) return "ended";
  const isUnclear = credentials.status === 429 || credentials.status >= 500;
  if (isUnclear && !(answer !== undefined && hasNoSuchCall(answer))) throw toError(credentials, world.now());
  return "impossible";
}

function hasNoSuchCall(answer: Answer): boolean {
  return isPage(answer) || [404, 405, 501].includes(answer.status);
}

/** @returns the last answer; undefined: there was no way to ask */
async function askToRevoke(
  world: PlatformWorld,
  { origin, app }: { readonly origin: string; readonly app: AppRegistration | undefined },
  tokens: Tokens,
): Promise<Answer | undefined> {
  const token = tokens.accessToken;
  const call = { method: "POST", url: `${origin}/oauth/revoke` } as const;
  // No more than these three: strict servers refuse what they do not know.
  const form = app && { client_id: app.clientId, client_secret: app.clientSecret, token };
  const asked = form && (await askOnce(world, { ...call, form }));
  if (asked !== undefined && (isDone(asked) || hasNoSuchCall(asked))) return asked;
  // Mitra ends what its bearer asks for.
  return (await askOnce(world, { ...call, headers: bearer(tokens), json: { token } })) ?? asked;
}

/** @throws {PlatformError} where it may be told later */
async function askOnce(world: PlatformWorld, call: Call): Promise<Answer> {
  const answer = await callSafely(world.fetch, call);
  const isBusy = answer.status === 429 || (answer.status >= 500 && answer.status !== 501);
  if (isBusy || (answer.status === 403 && isPage(answer))) throw toError(answer, world.now());
  return answer;
}

function isDone(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300 && !isPage(answer);
}
