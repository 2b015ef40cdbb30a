/** X: OAuth 2.0 with PKCE, single-use refresh tokens, posts that X itself gives their link cards. */
import twitterText from "twitter-text";
import { z } from "zod";
import { basic, bearer, buildAuthorizeUrl, readTokens } from "./oauth2.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  type PlatformAbout,
  PlatformError,
  type PlatformWorld,
  type Post,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "./platform.ts";
import { type Answer, type Call, callSafely, callVisibly } from "./request.ts";
import { NEEDED_SCOPES, problemKey, scopesMissing, toError, toTokenError } from "./twitter-errors.ts";
import { uploadPicture } from "./twitter-media.ts";

export const twitterSettings = z.object({
  SOCIAL_TWITTER_CLIENT_ID: z.string().min(1),
  /** Absent for a public client ("Native App"). */
  SOCIAL_TWITTER_CLIENT_SECRET: z.string().min(1).optional(),
  SOCIAL_TWITTER_ORIGIN: z.url().default("https://x.com"),
  SOCIAL_TWITTER_API_ORIGIN: z.url().default("https://api.x.com"),
});

export const aboutTwitter: PlatformAbout = {
  label: "X",
  summary: "Posts on your X profile.",
  linkCard: "crawled-from-page",
  // docs/platforms/x.md, ambiguous posts: no key tells repeats apart, and a post may show only after half a minute.
  settleSeconds: 30,
  resendSafeSeconds: 0,
};

const SCOPES = [...NEEDED_SCOPES, "offline.access", "media.write"];
/** docs/platforms/x.md, characters: for everybody, and for Premium. */
const TEXT_LIMIT = { standard: 280, premium: 25_000 } as const;
const CLOCK_SKEW_MS = 120_000;
/** Reads are billed one by one, so few at first. */
const LOOK_BACK = { few: 5, many: 100 } as const;

const extraShape = z.object({ subscription: z.string().nullable() });
const meShape = z.object({
  data: z.object({
    id: z.string().min(1),
    username: z.string().min(1),
    name: z.string().optional().catch(undefined),
    profile_image_url: z.url().optional().catch(undefined),
    subscription_type: z.string().optional().catch(undefined),
  }),
});
const createdShape = z.object({ data: z.object({ id: z.string().min(1) }) });
const timelineShape = z.object({
  data: z
    .array(
      z.object({
        id: z.string(),
        text: z.string(),
        created_at: z.string(),
        entities: z
          .object({
            urls: z
              .array(
                z.object({ url: z.string(), expanded_url: z.string(), media_key: z.string().optional() }),
              )
              .default([]),
          })
          .optional(),
      }),
    )
    .default([]),
});
type Listed = z.infer<typeof timelineShape>["data"][number];

export class Twitter extends SocialPlatform {
  readonly name = "twitter";
  readonly about = aboutTwitter;
  readonly #settings: z.infer<typeof twitterSettings>;
  readonly #world: PlatformWorld;

  constructor(settings: z.infer<typeof twitterSettings>, world: PlatformWorld) {
    super();
    this.#settings = settings;
    this.#world = world;
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    const page = new URL("/i/oauth2/authorize", this.#settings.SOCIAL_TWITTER_ORIGIN);
    const clientId = this.#settings.SOCIAL_TWITTER_CLIENT_ID;
    return { url: buildAuthorizeUrl(page, { ...request, clientId, scopes: SCOPES }), remember: {} };
  }

  async exchangeCode({ code, codeVerifier, redirectUri }: AuthorizeCallback): Promise<OAuthResult[]> {
    const answer = await this.#askToken("token", {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    });
    const tokens = this.#readTokens(answer, SCOPES);
    if (tokens === undefined) throw toTokenError(answer, "code", this.#world.now());
    const missing = NEEDED_SCOPES.filter((scope) => !tokens.scopes.includes(scope));
    if (missing.length > 0) throw scopesMissing(missing);
    return [{ account: await this.#readMe(tokens), tokens }];
  }

  async refreshAccessToken(_account: Account, tokens: Tokens): Promise<Tokens> {
    if (tokens.refreshToken === undefined)
      throw new PlatformError("reconnect-needed", {
        code: "not-renewable",
        message: "X gave no leave to renew this connection. Reconnect the account.",
      });
    const form = { grant_type: "refresh_token", refresh_token: tokens.refreshToken };
    // A first try without an answer may have spent the token; the second one then tells (docs/platforms/x.md, refresh).
    const first = await this.#askToken("token", form).catch((error: unknown) => {
      if (error instanceof PlatformError && error.kind === "transient") return undefined;
      throw error;
    });
    const answer = first === undefined || first.status >= 500 ? await this.#askToken("token", form) : first;
    const renewed = this.#readTokens(answer, tokens.scopes);
    if (renewed === undefined) throw toTokenError(answer, "refresh", this.#world.now());
    return { ...tokens, ...renewed };
  }

  async verifyToken(_account: Account, tokens: Tokens): Promise<Account> {
    return await this.#readMe(tokens);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const mediaIds: string[] = [];
    for (const picture of post.pictures)
      mediaIds.push(await uploadPicture((call) => this.#send(tokens, call), picture));
    const publish: Call = {
      method: "POST",
      url: this.#api("/2/tweets"),
      headers: bearer(tokens),
      json: { text: post.text, ...(mediaIds.length === 0 ? {} : { media: { media_ids: mediaIds } }) },
    };
    const circumstances = { now: this.#world.now(), scopes: tokens.scopes, publishing: true } as const;
    await post.beforePublish();
    const first = await callVisibly(this.#world.fetch, publish);
    // X says this now and then of tokens that it accepts a moment later; it refused, so nothing was posted.
    const answer =
      problemKey(first) === "unsupported-authentication"
        ? await callVisibly(this.#world.fetch, publish)
        : first;
    const created = createdShape.safeParse(answer.body).data;
    if (answer.status === 201 && created !== undefined) return this.#toResult(account, created.data.id);
    throw toError(answer, circumstances);
  }

  countText(account: Account, text: string): TextLength {
    const subscription = extraShape.safeParse(account.extra).data?.subscription ?? "None";
    const limit =
      subscription === "Premium" || subscription === "PremiumPlus" ? TEXT_LIMIT.premium : TEXT_LIMIT.standard;
    return { length: twitterText.parseTweet(text).weightedLength, limit };
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const since = (post.firstSentAt ?? this.#world.now()).getTime() - CLOCK_SKEW_MS;
    for (const count of [LOOK_BACK.few, LOOK_BACK.many]) {
      const listed = await this.#list(account, tokens, count);
      if (listed === undefined) return "unknown";
      const recent = listed.filter(({ created_at }) => Date.parse(created_at) >= since);
      const found = recent.find((tweet) => canonical(restore(tweet)) === canonical(post.text));
      if (found !== undefined) return this.#toResult(account, found.id);
      if (recent.length < count) return "absent";
    }
    return "unknown";
  }

  override async deletePost(_account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    const url = this.#api(`/2/tweets/${encodeURIComponent(platformPostId)}`);
    const answer = await callSafely(this.#world.fetch, { method: "DELETE", url, headers: bearer(tokens) });
    if (answer.status !== 200 && answer.status !== 404)
      throw toError(answer, { now: this.#world.now(), scopes: tokens.scopes });
  }

  override async revokeToken(_account: Account, tokens: Tokens): Promise<void> {
    // With the refresh token goes the whole grant; the access token alone would leave it alive.
    const form =
      tokens.refreshToken === undefined
        ? { token: tokens.accessToken, token_type_hint: "access_token" }
        : { token: tokens.refreshToken, token_type_hint: "refresh_token" };
    const answer = await this.#askToken("revoke", form);
    if (answer.status !== 200) throw toTokenError(answer, "refresh", this.#world.now());
  }

  #api(path: string): URL {
    return new URL(path, this.#settings.SOCIAL_TWITTER_API_ORIGIN);
  }

  /** A confidential client proves itself by Basic, never in the body; a public one only names itself. */
  async #askToken(endpoint: "token" | "revoke", form: Readonly<Record<string, string>>): Promise<Answer> {
    const { SOCIAL_TWITTER_CLIENT_ID: clientId, SOCIAL_TWITTER_CLIENT_SECRET: secret } = this.#settings;
    return await callSafely(this.#world.fetch, {
      method: "POST",
      url: this.#api(`/2/oauth2/${endpoint}`),
      form: { ...form, client_id: clientId },
      ...(secret === undefined ? {} : { headers: basic(clientId, secret) }),
    });
  }

  #readTokens(answer: Answer, scopes: readonly string[]): Tokens | undefined {
    return answer.status === 200 ? readTokens(answer.body, { now: this.#world.now(), scopes }) : undefined;
  }

  /** A call that publishes nothing. */
  async #send(
    tokens: Tokens,
    { path, ...call }: Pick<Call, "method" | "json" | "multipart"> & { readonly path: string },
  ): Promise<Answer> {
    const answer = await callSafely(this.#world.fetch, {
      ...call,
      url: this.#api(path),
      headers: bearer(tokens),
    });
    if (answer.status !== 200) throw toError(answer, { now: this.#world.now(), scopes: tokens.scopes });
    return answer;
  }

  async #readMe(tokens: Tokens): Promise<Account> {
    const answer = await this.#send(tokens, {
      method: "GET",
      path: "/2/users/me?user.fields=profile_image_url,verified,verified_type,subscription_type,protected",
    });
    const me = meShape.safeParse(answer.body).data?.data;
    if (me === undefined)
      throw new PlatformError("transient", {
        code: "unreadable",
        message: "X gave an answer that we cannot read.",
        status: answer.status,
      });
    return {
      id: me.id,
      username: me.username,
      displayName: me.name ?? me.username,
      ...(me.profile_image_url === undefined ? {} : { avatarUrl: me.profile_image_url }),
      extra: { subscription: me.subscription_type ?? null },
    };
  }

  async #list(account: Account, tokens: Tokens, count: number): Promise<Listed[] | undefined> {
    const path = `/2/users/${encodeURIComponent(account.id)}/tweets?max_results=${count}&tweet.fields=created_at,entities`;
    const answer = await callSafely(this.#world.fetch, {
      method: "GET",
      url: this.#api(path),
      headers: bearer(tokens),
    });
    if (answer.status === 403 || answer.status === 404) return undefined;
    if (answer.status !== 200) throw toError(answer, { now: this.#world.now(), scopes: tokens.scopes });
    return timelineShape.safeParse(answer.body).data?.data;
  }

  #toResult(account: Account, id: string): ShareResult {
    return {
      platformPostId: id,
      url: new URL(`/${account.username}/status/${id}`, this.#settings.SOCIAL_TWITTER_ORIGIN).href,
    };
  }
}

/** The text as it was sent: X escapes three characters and puts its own addresses in the place of links. */
function restore({ text, entities }: Listed): string {
  const linked = (entities?.urls ?? []).reduce(
    (restored, { url, expanded_url, media_key }) =>
      restored.replaceAll(url, media_key === undefined ? expanded_url : ""),
    text,
  );
  return linked.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function canonical(text: string): string {
  return text
    .normalize("NFC")
    .replace(/https?:\/\/\S+/gu, (address) => (URL.canParse(address) ? new URL(address).href : address))
    .trim();
}
