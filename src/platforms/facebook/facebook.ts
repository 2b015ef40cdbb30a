/** Facebook Pages: Facebook Login, one connection per Page, and link posts whose cards Facebook makes. */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { type Answer, callSafely, publishing } from "../call/request.ts";
import { askGraph, type GraphCall, type MetaApp } from "../meta/call.ts";
import {
  buildLoginUrl,
  exchangeForPerson,
  type LoginParts,
  listPages,
  type MetaPage,
  mayPost,
} from "../meta/login.ts";
import { readSignedRequest } from "../meta/signed-request.ts";
import { readUsage } from "../meta/usage.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  type OwnerCall,
  type Picture,
  PlatformError,
  type PlatformWorld,
  type Post,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { fitPicture } from "../posts/pictures.ts";
import { toWebAddress, type WebAddress, webAddress } from "../posts/web-address.ts";
import { about } from "./about.ts";
import { toMetaApp } from "./app.ts";
import { deletePost, hasPost } from "./deletion.ts";
import { toError } from "./errors.ts";
import { findPost, readPostLink } from "./posts.ts";
import type { Settings } from "./settings.ts";

/** docs/networks/facebook.md, section 2.1. */
const NEEDED = {
  pages_show_list: say("see your Pages"),
  pages_read_engagement: say("read your Pages"),
  pages_manage_posts: say("post on your Pages"),
};
/** Without it Pages of a business portfolio are not shown, and all others are. */
const SCOPES = [...Object.keys(NEEDED), "business_management"];

const TEXT_LIMIT = 63_206;
/** docs/networks/facebook.md, section 3. */
const PICTURES = { types: ["image/jpeg", "image/png"], maxBytes: 4 * 1_024 * 1_024 };

const createdShape = z.object({
  id: z.string().min(1),
  permalink_url: webAddress.optional().catch(undefined),
});
const uploadedShape = z.object({ id: z.string().min(1) });
const profileShape = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  username: z.string().min(1).optional().catch(undefined),
  picture: z
    .object({ data: z.object({ url: webAddress }) })
    .optional()
    .catch(undefined),
});
const PROFILE_FIELDS = "id,name,username,picture{url}";

export class Facebook extends SocialPlatform {
  readonly name = "facebook";
  readonly about = about;
  readonly #app: MetaApp;
  readonly #world: PlatformWorld;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#app = toMetaApp(settings);
    this.#world = world;
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    return { url: buildLoginUrl(this.#app, request, SCOPES), remember: {} };
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
    const answer = await this.#send({ ...asked, method: "GET" });
    const page = profileShape.safeParse(answer.body).data;
    if (page === undefined) throw unreadable(answer);
    const { grantedBy } = account;
    return { ...toAccount(page), ...(grantedBy === undefined ? {} : { grantedBy }) };
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const photos: string[] = [];
    for (const picture of post.pictures) photos.push(await this.#uploadPhoto(account, tokens, picture));
    const answer = await askGraph(
      this.#world,
      this.#app,
      {
        method: "POST",
        path: `/${account.id}/feed`,
        query: { fields: "id,permalink_url" },
        token: tokens.accessToken,
        json: contentOf(post, photos),
      },
      publishing(post),
    );
    const created = answer.status === 200 ? createdShape.safeParse(answer.body).data : undefined;
    const budgets = readUsage(answer.headers, this.#world.now());
    if (created !== undefined) return { ...this.#toResult(created.id, created.permalink_url), budgets };
    throw judgePosting(answer, post, this.#world.now());
  }

  countText(_account: Account, text: string): TextLength {
    return { length: [...text].length, limit: TEXT_LIMIT };
  }

  /** The link travels beside the text, and Facebook draws its card. */
  override composeText(message: string): string {
    return message.trim();
  }

  readPostLink({ id }: Account, link: string): ShareResult | undefined {
    return readPostLink(id, this.#app.origin, link);
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const ask = (query: Readonly<Record<string, string>>) =>
      askGraph(this.#world, this.#app, {
        ...{ method: "GET", query },
        path: `/${account.id}/published_posts`,
        token: tokens.accessToken,
      });
    const found = await findPost(ask, { ...post, text: wordsOf(post) }, this.#world.now());
    return typeof found === "object" ? this.#toResult(found.id, found.permalink_url) : found;
  }

  override async deletePost(account: Account, tokens: Tokens, postId: string): Promise<void> {
    const refusal = await deletePost(this.#askFor(tokens), { pageId: account.id, postId });
    if (refusal !== undefined) throw toError(refusal, this.#world.now());
  }

  override async findPost(account: Account, tokens: Tokens, postId: string) {
    return await hasPost(this.#askFor(tokens), { pageId: account.id, postId });
  }

  /** The person's: with it end the tokens of all Pages, and of the Instagram accounts behind them. */
  override grantOf({ grantedBy }: Account): string | undefined {
    return grantedBy;
  }

  override async revokeToken(_: Account, { ownerToken }: Tokens): Promise<"ended" | "impossible"> {
    if (ownerToken === undefined) return "impossible";
    await this.#send({ method: "DELETE", path: "/me/permissions", token: ownerToken });
    return "ended";
  }

  override readOwnerCall(form: Readonly<Record<string, string>>): OwnerCall | undefined {
    const signed = readSignedRequest(this.#app.secret, form.signed_request, this.#world.now());
    return signed && { owner: `facebook:${signed.userId}`, issuedAt: signed.issuedAt };
  }

  /** Not to be seen until a post takes it along. */
  async #uploadPhoto(account: Account, tokens: Tokens, picture: Picture): Promise<string> {
    const { bytes, type, alt } = await fitPicture(picture, PICTURES);
    const multipart = new FormData();
    multipart.set("published", "false");
    if (alt !== "") multipart.set("alt_text_custom", alt);
    multipart.set("source", new Blob([new Uint8Array(bytes)], { type }), "picture");
    const asked = { path: `/${account.id}/photos`, token: tokens.accessToken, multipart } as const;
    const answer = await this.#send({ ...asked, method: "POST" });
    const uploaded = uploadedShape.safeParse(answer.body).data;
    if (uploaded === undefined) throw unreadable(answer);
    return uploaded.id;
  }

  /** One call that publishes nothing. @throws {PlatformError} where it fails */
  #askFor({ accessToken: token }: Tokens) {
    return (method: GraphCall["method"], path: string, query?: Readonly<Record<string, string>>) =>
      askGraph(this.#world, this.#app, { method, path, token, ...(query === undefined ? {} : { query }) });
  }

  async #send(call: GraphCall): Promise<Answer> {
    const answer = await askGraph(this.#world, this.#app, call, callSafely);
    if (answer.status !== 200) throw toError(answer, this.#world.now());
    return answer;
  }

  #toResult(id: string, permalink: WebAddress | undefined): ShareResult {
    return { platformPostId: id, url: permalink ?? toWebAddress(`${this.#app.origin}/${id}`) };
  }

  #parts(): LoginParts {
    return { app: this.#app, world: this.#world, label: "Facebook" };
  }
}

function toAccount({ id, name, username, picture }: z.infer<typeof profileShape>): Account {
  return {
    id,
    username: username ?? name,
    displayName: name,
    ...(picture === undefined ? {} : { avatarUrl: picture.data.url }),
    extra: {},
  };
}

function hindranceOf(page: MetaPage): { hindrance?: Told } {
  if (page.access_token !== undefined && mayPost(page)) return {};
  const hindrance = say(
    "You can manage this Page but not post on it. Ask its admin for full access, then connect again.",
  );
  return { hindrance };
}

function noPages(sawPortfolios: boolean): PlatformError {
  const message = sawPortfolios
    ? say(
        "Facebook did not show us any of your Pages. Connect again and tick the Pages that you want to post on. Apps cannot post on personal profiles.",
      )
    : say(
        "Facebook did not show us any of your Pages. Connect again and tick the Pages that you want to post on. Pages in a business portfolio appear only if you also leave “Manage your business” ticked. Apps cannot post on personal profiles.",
      );
  return new PlatformError("rejected", { code: "no-pages", message });
}

/** A link with its text; or photos with theirs. */
function contentOf(post: Post, photos: readonly string[]) {
  const message = wordsOf(post);
  if (photos.length > 0)
    return { message, attached_media: photos.map((id) => ({ media_fbid: id })), published: true };
  return { ...(message === "" ? {} : { message }), link: post.url, published: true };
}

/** Beside photos Facebook draws no card, so that the link stands in the text. */
function wordsOf({ text, url, pictures }: Post): string {
  return pictures.length > 0 ? withAddress(text, url) : text;
}

/** Facebook has answered with its own failures after it had posted (docs/networks/facebook.md, section 6). */
function judgePosting(answer: Answer, { firstSentAt }: Post, now: Date): PlatformError {
  const error = toError(answer, now);
  const { status } = answer;
  if (error.kind === "transient") {
    const message = say("Facebook gave no clear answer ({status}). It may or may not have posted this.", {
      status,
    });
    return new PlatformError("ambiguous", { code: "no-clear-answer", message, status });
  }
  if (error.kind === "duplicate" && firstSentAt === undefined)
    return new PlatformError("rejected", { code: "repeated", message: error.told, status });
  return error;
}

function unreadable({ status }: Answer): PlatformError {
  const message = say("Facebook sent an answer that we could not read.");
  return new PlatformError("transient", { code: "unreadable", message, status });
}
