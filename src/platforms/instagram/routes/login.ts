/** Instagram Login: connects professional accounts without a Facebook Page, with an app id separate from Facebook's (docs/networks/instagram.md, section 3). */
import { z } from "zod";
import { part, say, type Told } from "../../../words/words.ts";
import { bearer } from "../../call/oauth2.ts";
import { callSafely } from "../../call/request.ts";
import { judgeGraphAnswer } from "../../meta/graph.ts";
import { permissionsMissing } from "../../meta/login.ts";
import type {
  Account,
  Authorization,
  AuthorizeCallback,
  AuthorizeRequest,
  OAuthResult,
  PlatformWorld,
  Tokens,
} from "../../platform.ts";
import { toWebAddress, webAddress } from "../../posts/web-address.ts";
import { COMMENTING, commentsAllowed } from "../comment.ts";
import { HOW_TO_SWITCH, notProfessional } from "../errors.ts";
import type { Route, Wire } from "./route.ts";
import { askForTokens, type Login, type LoginSettings, redeemCode } from "./token.ts";

const NEEDED = ["instagram_business_basic", "instagram_business_content_publish"];

export function openInstagramLogin(settings: LoginSettings, world: PlatformWorld): Route {
  const login = { settings, world };
  return {
    authorize: async (request) => authorize(login, request),
    exchange: (callback) => exchange(login, callback),
    // Unless the grant has ended, a failure leaves the tokens as they are: they stay valid for weeks.
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
    scope: [...NEEDED, ...(settings.mayComment ? [COMMENTING.instagram] : [])].join(","),
    state: request.state,
  }).toString();
  return { url: toWebAddress(url), remember: { way: "instagram" } };
}

async function exchange(login: Login, { code, redirectUri }: AuthorizeCallback): Promise<OAuthResult[]> {
  const granted = await redeemCode(login, { code, redirectUri });
  const scopes = granted.permissions ?? NEEDED;
  const missing = NEEDED.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) throw permissionsMissing("Instagram", missing, WORDS);
  const tokens = await askForTokens(login, { path: "/access_token", token: granted.access_token, scopes });
  const { account, isPersonal } = await readProfile(login, tokens);
  const hindrance = say("@{account} is a personal account. {how}", {
    account: account.username,
    how: part(HOW_TO_SWITCH),
  });
  return [{ account, tokens, ...(isPersonal ? { hindrance } : {}) }];
}

const profileShape = z.object({
  /** The account's id, in paths and through Facebook Login too. */
  user_id: z.string().min(1),
  /** The account's id for this app only; Instagram's callbacks about people use it. */
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
      extra: { way: "instagram", scopedId: me.id, ...commentsAllowed(tokens.scopes) },
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

/** The purpose of each permission that posting needs. */
const WORDS: Readonly<Record<string, Told>> = {
  instagram_business_basic: say("to see your profile"),
  instagram_business_content_publish: say("to post for you"),
};
