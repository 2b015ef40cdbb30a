/** X: OAuth 2.0 with PKCE, single-use refresh tokens, and posts that X itself gives their link cards. */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { basic, bearer, buildAuthorizeUrl, renewTokens, requestTokens } from "../call/oauth2.ts";
import { type Answer, type Call, callSafely, publishing } from "../call/request.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Post,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { isSameHandle, parsePostLink } from "../posts/post-link.ts";
import { recognise } from "../posts/recognise.ts";
import { toWebAddress, webAddress } from "../posts/web-address.ts";
import { about } from "./about.ts";
import { deletePost, hasPost } from "./deletion.ts";
import { readBudgets, readProblemKey, scopesMissing, toError, toTokenError } from "./errors.ts";
import { LIST_SIZE, listPosts } from "./list.ts";
import { type Send, uploadPicture } from "./media.ts";
import type { Settings } from "./settings.ts";
import { fullAt, limitOf, listShape, restore, weigh } from "./text.ts";

/** docs/networks/x.md, section 1.3: posting needs all three, pictures the other one. */
const POSTING = ["tweet.read", "tweet.write", "users.read"];
const PICTURES = ["media.write"];
const SCOPES = [...POSTING, "offline.access", ...PICTURES];

const extraShape = z.object({ subscription: z.string().optional() });

const meShape = z.object({
  data: z.object({
    id: z.string().min(1),
    username: z.string().min(1),
    name: z.string().min(1).optional().catch(undefined),
    profile_image_url: webAddress.optional().catch(undefined),
    subscription_type: z.string().optional().catch(undefined),
  }),
});

const createdShape = z.object({ data: z.object({ id: z.string().min(1) }) });

export class Twitter extends SocialPlatform {
  readonly name = "twitter";
  readonly about = about;
  readonly #settings: Settings;
  readonly #world: PlatformWorld;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#settings = settings;
    this.#world = world;
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    const { SOCIAL_TWITTER_ORIGIN, SOCIAL_TWITTER_CLIENT_ID: clientId } = this.#settings;
    const page = `${SOCIAL_TWITTER_ORIGIN}/i/oauth2/authorize`;
    return { url: buildAuthorizeUrl(page, { ...request, clientId, scopes: SCOPES }), remember: {} };
  }

  async exchangeCode({ code, codeVerifier, redirectUri, hold }: AuthorizeCallback): Promise<OAuthResult[]> {
    const granted = await requestTokens(this.#world.fetch, {
      ...this.#askAsApp("token", {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }),
      now: this.#world.now(),
      scopes: SCOPES,
    });
    if ("refused" in granted) throw toTokenError(granted.refused, "code", this.#world.now());
    const { tokens } = granted;
    await hold?.({ extra: {} }, tokens);
    const missing = POSTING.filter((scope) => !tokens.scopes.includes(scope));
    if (missing.length > 0) throw scopesMissing(missing);
    return [{ account: await this.#readMe(tokens), tokens }];
  }

  async refreshAccessToken(_account: Account, tokens: Tokens): Promise<Tokens> {
    const { refreshToken } = tokens;
    if (refreshToken === undefined) {
      const message = say("X did not let us renew this connection. Reconnect the account.");
      throw new PlatformError("reconnect-needed", { code: "not-renewable", message });
    }
    // A try without a clear answer may have spent the token: a second one with the same token tells.
    return await this.#refresh(tokens, refreshToken).catch((error: unknown) => {
      if (!(error instanceof PlatformError) || error.kind !== "transient") throw error;
      return this.#refresh(tokens, refreshToken);
    });
  }

  async verifyToken(_account: Account, tokens: Tokens): Promise<Account> {
    return await this.#readMe(tokens);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const send: Send = (call) => this.#send(tokens, { ...call, needs: PICTURES });
    const mediaIds: string[] = [];
    for (const picture of post.pictures) mediaIds.push(await uploadPicture(send, picture));
    const answer = await this.#ask(tokens, publishing(post), {
      method: "POST",
      path: "/2/tweets",
      json: { text: post.text, ...(mediaIds.length === 0 ? {} : { media: { media_ids: mediaIds } }) },
    });
    const created = createdShape.safeParse(answer.body).data;
    if (answer.status < 300 && created !== undefined)
      return { ...this.#toResult(account, created.data.id), budgets: readBudgets(answer.headers) };
    const error = this.#toError(answer, tokens, POSTING);
    // X answers like this also after it has posted.
    if (error.kind !== "transient") throw error;
    throw new PlatformError("ambiguous", {
      code: "no-clear-answer",
      message: say("X gave no clear answer ({status}). It may or may not have posted this.", {
        status: answer.status,
      }),
      status: answer.status,
    });
  }

  countText(account: Account, text: string): TextLength {
    const { subscription } = extraShape.parse(account.extra);
    return { length: weigh(text), limit: limitOf(subscription) };
  }

  readPostLink(account: Account, link: string): ShareResult | undefined {
    const url = parsePostLink(link, [
      this.#settings.SOCIAL_TWITTER_ORIGIN,
      "https://x.com",
      "https://twitter.com",
    ]);
    const found = /^\/(?:i\/web|i|(\w+))\/status(?:es)?\/(\d+)(?:\/.*)?$/.exec(url?.pathname ?? "");
    if (found?.[2] === undefined || !isSameHandle(found[1], account.username)) return undefined;
    return this.#toResult(account, found[2]);
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const answer = await listPosts(
      (method, path) => this.#ask(tokens, callSafely, { method, path }),
      account.id,
      post.firstSentAt,
    );
    const listed = answer.status === 200 ? listShape.safeParse(answer.body).data : undefined;
    if (listed === undefined) return this.#judgeUnlisted(answer, tokens);
    const found = recognise(listed.data.map(restore), fullAt(listed, LIST_SIZE), post);
    return typeof found === "object" ? this.#toResult(account, found.id) : found;
  }

  override async deletePost(_account: Account, tokens: Tokens, id: string): Promise<void> {
    const refusal = await deletePost((method, path) => this.#ask(tokens, callSafely, { method, path }), id);
    if (refusal !== undefined) throw this.#toError(refusal, tokens, POSTING);
  }

  override async findPost(_account: Account, tokens: Tokens, id: string) {
    return await hasPost((method, path) => this.#ask(tokens, callSafely, { method, path }), id);
  }

  override async revokeToken(_account: Account, tokens: Tokens): Promise<"ended"> {
    // With the refresh token goes the whole grant; the access token alone would leave it alive.
    const form =
      tokens.refreshToken === undefined
        ? { token: tokens.accessToken, token_type_hint: "access_token" }
        : { token: tokens.refreshToken, token_type_hint: "refresh_token" };
    const { endpoint: url, ...asked } = this.#askAsApp("revoke", form);
    const answer = await callSafely(this.#world.fetch, { method: "POST", url, ...asked });
    if (answer.status !== 200) throw toTokenError(answer, "refresh", this.#world.now());
    return "ended";
  }

  /** A confidential client proves itself by Basic, never in the body; a public one only names itself. */
  #askAsApp(endpoint: "token" | "revoke", form: Readonly<Record<string, string>>) {
    const {
      SOCIAL_TWITTER_API_ORIGIN: api,
      SOCIAL_TWITTER_CLIENT_ID: id,
      SOCIAL_TWITTER_CLIENT_SECRET: secret,
    } = this.#settings;
    return {
      endpoint: `${api}/2/oauth2/${endpoint}`,
      form: { ...form, client_id: id },
      ...(secret === undefined ? {} : { headers: basic(id, secret) }),
    };
  }

  async #refresh(tokens: Tokens, refreshToken: string): Promise<Tokens> {
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const now = this.#world.now();
    const asked = { ...this.#askAsApp("token", form), now, scopes: tokens.scopes };
    const renewed = await requestTokens(this.#world.fetch, asked);
    if ("refused" in renewed) throw toTokenError(renewed.refused, "refresh", now);
    return renewTokens(tokens, renewed.tokens);
  }

  /** One call with the person's token, whatever its answer. */
  async #ask(
    tokens: Tokens,
    call: typeof callSafely,
    { path, ...asked }: Omit<Call, "url" | "headers"> & { readonly path: string },
  ): Promise<Answer> {
    const url = `${this.#settings.SOCIAL_TWITTER_API_ORIGIN}${path}`;
    const request = { ...asked, url, headers: bearer(tokens) };
    const answer = await call(this.#world.fetch, request);
    // X says this now and then of a token that it accepts a moment later; nothing was done, so it may be asked again.
    const isRepeatable = answer.status === 403 && readProblemKey(answer) === "unsupported-authentication";
    return isRepeatable ? await call(this.#world.fetch, request) : answer;
  }

  /** One call that publishes nothing. @throws {PlatformError} where it fails */
  async #send(
    tokens: Tokens,
    { needs, ...asked }: Parameters<Send>[0] & { readonly needs: readonly string[] },
  ): Promise<Answer> {
    const answer = await this.#ask(tokens, callSafely, asked);
    if (answer.status >= 300) throw this.#toError(answer, tokens, needs);
    return answer;
  }

  async #readMe(tokens: Tokens): Promise<Account> {
    const path = "/2/users/me?user.fields=profile_image_url,subscription_type";
    const answer = await this.#send(tokens, { method: "GET", path, needs: ["tweet.read", "users.read"] });
    const me = meShape.safeParse(answer.body).data?.data;
    if (me === undefined) {
      const message = say("X sent an answer that we could not read.");
      throw new PlatformError("transient", { code: "unreadable", message, status: answer.status });
    }
    return {
      id: me.id,
      username: me.username,
      displayName: me.name ?? me.username,
      ...(me.profile_image_url === undefined ? {} : { avatarUrl: me.profile_image_url }),
      extra: me.subscription_type === undefined ? {} : { subscription: me.subscription_type },
    };
  }

  /** A list that is refused for good, or cannot be read, tells nothing; everything else is told as it is. */
  #judgeUnlisted(answer: Answer, tokens: Tokens): "unknown" {
    if (answer.status === 200) return "unknown";
    const error = this.#toError(answer, tokens, POSTING);
    if (error.kind !== "rejected" || error.operator) throw error;
    return "unknown";
  }

  #toError(answer: Answer, { scopes }: Tokens, needed: readonly string[]): PlatformError {
    return toError(answer, { now: this.#world.now(), granted: scopes, needed });
  }

  #toResult({ username }: Account, id: string): ShareResult {
    return {
      platformPostId: id,
      url: toWebAddress(`${this.#settings.SOCIAL_TWITTER_ORIGIN}/${username}/status/${id}`),
    };
  }
}
