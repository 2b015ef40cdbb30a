/** Facebook Pages: people connect with Facebook Login, each Page is a connection, and Facebook makes the link cards. */
import { say } from "../../words/words.ts";
import { askGraph, type GraphCall } from "../meta/call.ts";
import { buildLoginUrl, exchangeForPerson, type LoginParts } from "../meta/login.ts";
import { listPages } from "../meta/pages.ts";
import { readSignedRequest } from "../meta/signed-request.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  type OwnerCall,
  PlatformError,
  type PlatformWorld,
  type Post,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { about } from "./about.ts";
import { toMetaApp } from "./app.ts";
import { deletePost, hasPost } from "./deletion.ts";
import { toError } from "./errors.ts";
import { publishPost, toResult, wordsOf } from "./posting.ts";
import { findPost, readPostLink } from "./posts.ts";
import { hindranceOf, noPages, PROFILE_FIELDS, profileShape, toAccount } from "./profile.ts";
import { type Context, send, unreadable } from "./send.ts";
import type { Settings } from "./settings.ts";

/** What posting needs, in words (docs/networks/facebook.md, section 2.1). */
const NEEDED = {
  pages_show_list: say("see your Pages"),
  pages_read_engagement: say("read your Pages"),
  pages_manage_posts: say("post on your Pages"),
};
/** Without the last, Facebook lists all Pages except those of a business portfolio. */
const SCOPES = [...Object.keys(NEEDED), "business_management"];

const TEXT_LIMIT = 63_206;

export class Facebook extends SocialPlatform {
  readonly name = "facebook";
  readonly about = about;
  readonly #context: Context;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#context = { app: toMetaApp(settings), world };
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    return { url: buildLoginUrl(this.#context.app, request, SCOPES), remember: {} };
  }

  async exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]> {
    const person = await exchangeForPerson(this.#parts(), callback, NEEDED);
    const pages = await listPages(this.#parts(), person, ["username", "picture{url}"]);
    if (pages.length === 0) throw noPages(person.granted.includes("business_management"));
    return pages.map((page) => ({
      account: { ...toAccount(page), grantedBy: person.grantedBy },
      tokens: { accessToken: page.access_token ?? "", ownerToken: person.token, scopes: person.granted },
      ...hindranceOf(page),
    }));
  }

  async refreshAccessToken(): Promise<Tokens> {
    const message = say("Facebook no longer gives us access to this Page. Reconnect the Page.");
    throw new PlatformError("reconnect-needed", { code: "not-renewable", message });
  }

  async verifyToken(account: Account, tokens: Tokens): Promise<Account> {
    const asked = { path: `/${account.id}`, query: { fields: PROFILE_FIELDS }, token: tokens.accessToken };
    const answer = await send(this.#context, { ...asked, method: "GET" });
    const page = profileShape.safeParse(answer.body).data;
    if (page === undefined) throw unreadable(answer);
    const { grantedBy } = account;
    return { ...toAccount(page), ...(grantedBy === undefined ? {} : { grantedBy }) };
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    return await publishPost(this.#context, account, tokens, post);
  }

  countText(_account: Account, text: string): TextLength {
    return { length: [...text].length, limit: TEXT_LIMIT };
  }

  /** The link is sent beside the text, and Facebook makes the card from it. Beside pictures there is no card, so it goes into the text. */
  override composeText(message: string, url: string, hasPictures = false): string {
    return hasPictures ? withAddress(message, url) : message.trim();
  }

  readPostLink({ id }: Account, link: string): ShareResult | undefined {
    return readPostLink(id, this.#context.app.origin, link);
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const ask = (query: Readonly<Record<string, string>>) =>
      askGraph(this.#context.world, this.#context.app, {
        ...{ method: "GET", query },
        path: `/${account.id}/published_posts`,
        token: tokens.accessToken,
      });
    const found = await findPost(ask, { ...post, text: wordsOf(post) }, this.#context.world.now());
    return typeof found === "object"
      ? toResult(this.#context.app.origin, found.id, found.permalink_url)
      : found;
  }

  override async deletePost(account: Account, tokens: Tokens, postId: string): Promise<void> {
    const refusal = await deletePost(this.#askFor(tokens), { pageId: account.id, postId });
    if (refusal !== undefined) throw toError(refusal, this.#context.world.now());
  }

  override async findPost(account: Account, tokens: Tokens, postId: string) {
    return await hasPost(this.#askFor(tokens), { pageId: account.id, postId });
  }

  /** The person's grant: ending it ends the tokens of all their Pages and of the Instagram accounts linked to those. */
  override grantOf({ grantedBy }: Account): string | undefined {
    return grantedBy;
  }

  override async revokeToken(_: Account, { ownerToken }: Tokens): Promise<"ended" | "impossible"> {
    if (ownerToken === undefined) return "impossible";
    await send(this.#context, { method: "DELETE", path: "/me/permissions", token: ownerToken });
    return "ended";
  }

  override readOwnerCall(form: Readonly<Record<string, string>>): OwnerCall | undefined {
    const signed = readSignedRequest(
      this.#context.app.secret,
      form.signed_request,
      this.#context.world.now(),
    );
    return signed && { owner: `facebook:${signed.userId}`, issuedAt: signed.issuedAt };
  }

  /** Binds the token to calls that publish nothing. */
  #askFor({ accessToken: token }: Tokens) {
    return (method: GraphCall["method"], path: string, query?: Readonly<Record<string, string>>) =>
      askGraph(this.#context.world, this.#context.app, {
        method,
        path,
        token,
        ...(query === undefined ? {} : { query }),
      });
  }

  #parts(): LoginParts {
    return { ...this.#context, label: "Facebook" };
  }
}
