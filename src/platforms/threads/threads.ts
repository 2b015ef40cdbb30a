/** Threads: renewable tokens for 60 days, and posts in two steps; Threads makes the link card from the page. */
import { say, type Told } from "../../words/words.ts";
import { readSignedRequest } from "../meta/signed-request.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  type OwnerCall,
  type PlatformWorld,
  type Post,
  type PostPresence,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { withoutForeignMentions } from "../posts/foreign-mentions.ts";
import { toWebAddress } from "../posts/web-address.ts";
import { about } from "./about.ts";
import { isHidden, mayBeDeadToken, toError } from "./errors.ts";
import { findShare } from "./find-share.ts";
import { readPostLink } from "./posts.ts";
import { readMe, readScopes, scopesMissing } from "./profile.ts";
import { publishPost } from "./publishing.ts";
import type { Settings } from "./settings.ts";
import { BYTE_LIMIT, countBytes } from "./text.ts";
import { redeemCode, renew } from "./token.ts";
import { type App, reach, type Wire } from "./wire.ts";

/** Permissions (docs/networks/threads.md, section 2). */
const POSTING = ["threads_basic", "threads_content_publish"];
const DELETING = "threads_delete";
const SCOPES = [...POSTING, DELETING];

export class Threads extends SocialPlatform {
  readonly name = "threads";
  readonly about = about;
  readonly #app: App;
  readonly #world: PlatformWorld;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#app = {
      id: settings.SOCIAL_THREADS_APP_ID,
      secret: settings.SOCIAL_THREADS_APP_SECRET,
      origin: settings.SOCIAL_THREADS_ORIGIN,
      apiOrigin: settings.SOCIAL_THREADS_API_ORIGIN,
    };
    this.#world = world;
  }

  async getAuthorizeUrl({ redirectUri, state }: AuthorizeRequest): Promise<Authorization> {
    const url = new URL("/oauth/authorize", this.#app.origin);
    url.search = new URLSearchParams({
      client_id: this.#app.id,
      redirect_uri: redirectUri,
      scope: SCOPES.join(","),
      response_type: "code",
      state,
    }).toString();
    return { url: toWebAddress(url), remember: {} };
  }

  async exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]> {
    const granted = await redeemCode(this.#app, this.#world, callback);
    const wire = reach(this.#app, this.#world, granted);
    const account = await readMe(wire);
    const scopes = (await readScopes(wire, granted.accessToken)) ?? SCOPES;
    const missing = POSTING.filter((scope) => !scopes.includes(scope));
    if (missing.length > 0) throw scopesMissing(missing);
    return [{ account, tokens: { ...granted, scopes } }];
  }

  async refreshAccessToken(_account: Account, tokens: Tokens): Promise<Tokens> {
    return { ...(await renew(this.#app, this.#world, tokens)), scopes: tokens.scopes };
  }

  async verifyToken(_account: Account, tokens: Tokens): Promise<Account> {
    return await readMe(this.#reach(tokens));
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    return await publishPost({ wire: this.#reach(tokens), account: this.#locate(account), post });
  }

  readPostLink({ username }: Account, link: string): ShareResult | undefined {
    return readPostLink(username, this.#app.origin, link);
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    return await findShare({ wire: this.#reach(tokens), account: this.#locate(account), post });
  }

  countText(_account: Account, text: string): TextLength {
    return { length: countBytes(text), limit: BYTE_LIMIT };
  }

  /** The link is attached beside the text, which may be empty. Beside pictures there is no card, so it goes into the text. */
  override composeText(message: string, url: string, hasPictures = false): string {
    return withoutForeignMentions(hasPictures ? withAddress(message, url) : message.trim());
  }

  override async deletePost(_account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    const wire = this.#reach(tokens);
    const answer = await wire.remove(`/${encodeURIComponent(platformPostId)}`);
    if (answer.status === 200) return;
    if (mayBeDeadToken(answer)) await readMe(wire);
    if (!isHidden(answer)) throw toError(answer, this.#world.now());
  }

  /** @throws {PlatformError} reconnect-needed if the token, not the post, is gone */
  override async findPost(_account: Account, tokens: Tokens, platformPostId: string): Promise<PostPresence> {
    const wire = this.#reach(tokens);
    const answer = await wire.read(`/${encodeURIComponent(platformPostId)}?fields=id`);
    if (answer.status === 200) return "there";
    if (!isHidden(answer)) return "unknown";
    if (mayBeDeadToken(answer)) await readMe(wire);
    return "gone";
  }

  override deletionHindrance(_account: Account, scopes: readonly string[]): Told | undefined {
    return scopes.includes(DELETING)
      ? undefined
      : say(
          "You did not give us permission to delete posts on Threads. Delete it there, or reconnect the account and allow it.",
        );
  }

  override readOwnerCall(form: Readonly<Record<string, string>>): OwnerCall | undefined {
    const signed = readSignedRequest(this.#app.secret, form.signed_request, this.#world.now());
    return signed && { owner: `threads:${signed.userId}`, issuedAt: signed.issuedAt };
  }

  #reach(tokens: Tokens): Wire {
    return reach(this.#app, this.#world, tokens);
  }

  #locate({ id, username }: Account) {
    return { id, profileUrl: toWebAddress(`${this.#app.origin}/@${username}`) };
  }
}
