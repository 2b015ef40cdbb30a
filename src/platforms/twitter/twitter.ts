/** X: OAuth 2.0 with PKCE, single-use refresh tokens, and link cards that X makes itself. */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { bearer, buildAuthorizeUrl } from "../call/oauth2.ts";
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
import { parseOptions } from "../posts/options.ts";
import { isSameHandle, parsePostLink } from "../posts/post-link.ts";
import { recognise } from "../posts/recognise.ts";
import { toWebAddress } from "../posts/web-address.ts";
import { about } from "./about.ts";
import { deletePost, hasPost } from "./deletion.ts";
import { scopesMissing, toError } from "./errors.ts";
import { LIST_SIZE, listPosts } from "./list.ts";
import { readMe } from "./me.ts";
import { type Send, uploadPicture } from "./media.ts";
import { optionsShape } from "./options.ts";
import { readProblemKey } from "./problem.ts";
import { readBudgets } from "./rate-limits.ts";
import type { Settings } from "./settings.ts";
import { fullAt, limitOf, listShape, restore, weigh } from "./text.ts";
import { refreshTokens, revokeTokens, takeTokens } from "./tokens.ts";

/** Posting needs all three, pictures the other one (docs/networks/x.md, section 1.3). */
const POSTING = ["tweet.read", "tweet.write", "users.read"];
const PICTURES = ["media.write"];
const SCOPES = [...POSTING, "offline.access", ...PICTURES];

const extraShape = z.object({ subscription: z.string().optional() });
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
    const form = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
    const tokens = await takeTokens(this.#world, this.#settings, form, SCOPES);
    await hold?.({ extra: {} }, tokens);
    const missing = POSTING.filter((scope) => !tokens.scopes.includes(scope));
    if (missing.length > 0) throw scopesMissing(missing);
    return [{ account: await readMe(this.#sender(tokens, ["tweet.read", "users.read"])), tokens }];
  }

  async refreshAccessToken(_account: Account, tokens: Tokens): Promise<Tokens> {
    return await refreshTokens(this.#world, this.#settings, tokens);
  }

  async verifyToken(_account: Account, tokens: Tokens): Promise<Account> {
    return await readMe(this.#sender(tokens, ["tweet.read", "users.read"]));
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const { replies } = parseOptions(optionsShape, post.options);
    const send = this.#sender(tokens, PICTURES);
    const mediaIds: string[] = [];
    for (const picture of post.pictures) mediaIds.push(await uploadPicture(send, picture));
    const answer = await this.#ask(tokens, publishing(post), {
      method: "POST",
      path: "/2/tweets",
      json: {
        text: post.text,
        ...(mediaIds.length === 0 ? {} : { media: { media_ids: mediaIds } }),
        ...(replies === undefined ? {} : { reply_settings: replies }),
      },
    });
    const created = createdShape.safeParse(answer.body).data;
    if (answer.status < 300 && created !== undefined)
      return { ...this.#toResult(account, created.data.id), budgets: readBudgets(answer.headers) };
    const error = this.#toError(answer, tokens, POSTING);
    // X may answer like this although it has published the post.
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
    await revokeTokens(this.#world, this.#settings, tokens);
    return "ended";
  }

  /** Makes one call with the person’s token. Returns the answer, whatever its status. */
  async #ask(
    tokens: Tokens,
    call: typeof callSafely,
    { path, ...asked }: Omit<Call, "url" | "headers"> & { readonly path: string },
  ): Promise<Answer> {
    const url = `${this.#settings.SOCIAL_TWITTER_API_ORIGIN}${path}`;
    const request = { ...asked, url, headers: bearer(tokens) };
    const answer = await call(this.#world.fetch, request);
    // X sometimes says this about a token that it accepts a moment later. It did nothing, so the call can be repeated.
    const isRepeatable = answer.status === 403 && readProblemKey(answer) === "unsupported-authentication";
    return isRepeatable ? await call(this.#world.fetch, request) : answer;
  }

  /** Returns a function for calls that publish nothing. It throws a `PlatformError` unless the call succeeds. */
  #sender(tokens: Tokens, needs: readonly string[]): Send {
    return async (call) => {
      const answer = await this.#ask(tokens, callSafely, call);
      if (answer.status >= 300) throw this.#toError(answer, tokens, needs);
      return answer;
    };
  }

  /** A list that is refused for good or unreadable says nothing. Throws every other error. */
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
