/** Instagram Login: connects professional accounts without a Facebook Page, by an app id of its own (docs/networks/instagram.md, section 3). */
import { z } from "zod";
import { part, say, type Told } from "../../words/words.ts";
import { bearer, lifetime } from "../call/oauth2.ts";
import { type Answer, callSafely } from "../call/request.ts";
import { judgeGraphAnswer, readGraphError } from "../meta/graph.ts";
import { permissionsMissing } from "../meta/login.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Tokens,
} from "../platform.ts";
import { toWebAddress, webAddress } from "../posts/web-address.ts";
import { HOW_TO_SWITCH, notProfessional } from "./errors.ts";
import type { Route, Wire } from "./route.ts";

export interface LoginSettings {
  readonly id: string;
  readonly secret: string;
  readonly version: string;
  /** Where people consent, and where posts are seen. */
  readonly origin: string;
  readonly tokenOrigin: string;
  readonly apiOrigin: string;
}

interface Login {
  readonly settings: LoginSettings;
  readonly world: PlatformWorld;
}

const SCOPES = ["instagram_business_basic", "instagram_business_content_publish"];

/** Instagram renews from a day on, and to the sixtieth; sooner than after a week it is of no use. */
const RENEW_AFTER_MS = 7 * 86_400_000;

export function openInstagramLogin(settings: LoginSettings, world: PlatformWorld): Route {
  const login = { settings, world };
  return {
    authorize: async (request) => authorize(login, request),
    exchange: (callback) => exchange(login, callback),
    // Whatever fails but the grant leaves the tokens as they are: they are good for weeks yet.
    renew: ({ accessToken, scopes }) =>
      askForTokens(login, { path: "/refresh_access_token", token: accessToken, scopes }),
    verify: (_account, tokens) => verify(login, tokens),
    reach: (account, tokens) => reach(login, account, tokens),
  };
}

function authorize({ settings }: Login, request: AuthorizeRequest): Authorization {
  const url = new URL("/oauth/authorize", settings.origin);
  url.search = new URLSearchParams({
    client_id: settings.id,
    redirect_uri: request.redirectUri,
    response_type: "code",
    scope: SCOPES.join(","),
    state: request.state,
  }).toString();
  return { url: toWebAddress(url), remember: { way: "instagram" } };
}

/** Both shapes in which a code is answered; the id in it may be a number that JavaScript cannot hold, so it is left. */
const grantedShape = z.object({
  access_token: z.string().min(1),
  permissions: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(/[\s,]+/).filter(Boolean))])
    .optional()
    .catch(undefined),
});
const codeAnswer = z.union([
  grantedShape,
  z.object({ data: z.tuple([grantedShape]) }).transform(({ data: [granted] }) => granted),
]);

async function exchange(login: Login, { code, redirectUri }: AuthorizeCallback): Promise<OAuthResult[]> {
  const { settings, world } = login;
  const answer = await callSafely(world.fetch, {
    method: "POST",
    url: `${settings.tokenOrigin}/oauth/access_token`,
    form: {
      client_id: settings.id,
      client_secret: settings.secret,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: code.replace(/#_$/, ""),
    },
  });
  const granted = answer.status === 200 ? codeAnswer.safeParse(answer.body).data : undefined;
  if (granted === undefined) throw codeRefused(answer, world.now());
  const scopes = granted.permissions ?? SCOPES;
  const missing = SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) throw permissionsMissing("Instagram", missing, WORDS);
  const tokens = await askForTokens(login, { path: "/access_token", token: granted.access_token, scopes });
  const { account, isPersonal } = await readProfile(login, tokens);
  const hindrance = say("@{account} is a personal account. {how}", {
    account: account.username,
    how: part(HOW_TO_SWITCH),
  });
  return [{ account, tokens, ...(isPersonal ? { hindrance } : {}) }];
}

const longAnswer = z.object({ access_token: z.string().min(1), expires_in: lifetime });

/** A token of sixty days for a short-lived one, or for one of sixty days. @throws {PlatformError} */
async function askForTokens(
  { settings, world }: Login,
  {
    path,
    token,
    scopes,
  }: { path: "/access_token" | "/refresh_access_token"; token: string; scopes: readonly string[] },
): Promise<Tokens> {
  const url = new URL(path, settings.apiOrigin);
  const isFirst = path === "/access_token";
  url.search = new URLSearchParams({
    grant_type: isFirst ? "ig_exchange_token" : "ig_refresh_token",
    ...(isFirst ? { client_secret: settings.secret } : {}),
    access_token: token,
  }).toString();
  const now = world.now();
  const answer = await callSafely(world.fetch, { method: "GET", url });
  const long = answer.status === 200 ? longAnswer.safeParse(answer.body).data : undefined;
  if (long === undefined) throw tokenRefused(answer, now, isFirst);
  return {
    accessToken: long.access_token,
    expiresAt: new Date(now.getTime() + long.expires_in * 1_000),
    renewAfter: new Date(now.getTime() + RENEW_AFTER_MS),
    scopes,
  };
}

const profileShape = z.object({
  /** The account's own id, which its paths and Facebook's route use too. */
  user_id: z.string().min(1),
  /** As this app alone knows it; Instagram's calls about people carry this one. */
  id: z.string().min(1),
  username: z.string().min(1),
  name: z.string().min(1).optional().catch(undefined),
  account_type: z.string().optional().catch(undefined),
  profile_picture_url: webAddress.optional().catch(undefined),
});

const PROFILE = "/me?fields=user_id,username,name,account_type,profile_picture_url";

async function readProfile(
  { settings, world }: Login,
  tokens: Tokens,
): Promise<{ account: Account; isPersonal: boolean }> {
  const url = `${settings.apiOrigin}/${settings.version}${PROFILE}`;
  const answer = await callSafely(world.fetch, { method: "GET", url, headers: bearer(tokens) });
  const me = answer.status === 200 ? profileShape.safeParse(answer.body).data : undefined;
  if (me === undefined) throw judgeGraphAnswer(answer, { label: "Instagram", now: world.now() });
  return {
    isPersonal: me.account_type?.toUpperCase() === "PERSONAL",
    account: {
      id: me.user_id,
      username: me.username,
      displayName: me.name ?? me.username,
      ...(me.profile_picture_url === undefined ? {} : { avatarUrl: me.profile_picture_url }),
      grantedBy: `instagram:${me.id}`,
      extra: { way: "instagram", scopedId: me.id },
    },
  };
}

async function verify(login: Login, tokens: Tokens): Promise<Account> {
  const { account, isPersonal } = await readProfile(login, tokens);
  if (isPersonal) throw notProfessional();
  return account;
}

function reach({ settings, world }: Login, account: Account, tokens: Tokens): Wire {
  const at = (path: string) => ({
    url: `${settings.apiOrigin}/${settings.version}${path}`,
    headers: bearer(tokens),
  });
  return {
    ...{ account, world, profileUrl: toWebAddress(`${settings.origin}/${account.username}/`) },
    read: (path) => callSafely(world.fetch, { method: "GET", ...at(path) }),
    prepare: (path, json) => callSafely(world.fetch, { method: "POST", ...at(path), json }),
    publish: (path, json, call) => call(world.fetch, { method: "POST", ...at(path), json }),
    checkToken: () => callSafely(world.fetch, { method: "GET", ...at("/me?fields=user_id") }),
  };
}

const codeErrorShape = z.object({ error_message: z.string() });

/** The token endpoint has a shape of its own for errors, and one code for all of them (section 3.2 of the same page). */
function codeRefused(answer: Answer, now: Date): PlatformError {
  const { status } = answer;
  const words = codeErrorShape.safeParse(answer.body).data?.error_message;
  if (words === undefined || status >= 500) return judgeGraphAnswer(answer, { label: "Instagram", now });
  const isOurs = /secret|platform app|redirect_uri/i.test(words);
  return new PlatformError("rejected", {
    code: isOurs ? "app-refused" : "code-refused",
    message: isOurs
      ? say(
          "Instagram does not accept the app of this service: its operator must check the app id, the secret and the redirect address. {words}",
          { words: words.slice(0, 300) },
        )
      : say("Instagram did not accept the authorization. Connect again. {words}", {
          words: words.slice(0, 300),
        }),
    status,
    ...(isOurs ? { operator: true as const } : {}),
  });
}

function tokenRefused(answer: Answer, now: Date, isFirst: boolean): PlatformError {
  const judged = judgeGraphAnswer(answer, { label: "Instagram", now });
  const isAboutGrant = readGraphError(answer)?.code === 190;
  if (isFirst || isAboutGrant || judged.kind === "transient" || judged.kind === "rate-limited") return judged;
  const message = say("Instagram did not renew this connection. We will try again later.");
  return new PlatformError("transient", { code: "not-renewed", message, status: answer.status });
}

/** What posting needs, in words. */
const WORDS: Readonly<Record<string, Told>> = {
  instagram_business_basic: say("to see your profile"),
  instagram_business_content_publish: say("to post for you"),
};
