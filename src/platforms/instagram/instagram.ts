/** Instagram: professional accounts that are connected by Instagram Login or through their Facebook Page; every post has a picture. */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { readSignedRequest } from "../meta/signed-request.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type ConnectWay,
  type OAuthResult,
  type OptionValues,
  type OwnerCall,
  PlatformError,
  type PlatformWorld,
  type Post,
  type PostOption,
  type PostPresence,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { parseOptions } from "../posts/options.ts";
import { about } from "./about.ts";
import { countCaption } from "./caption.ts";
import { commentOption, isInComment, optionsShape, withComment } from "./comment.ts";
import { deletePost, hasPost } from "./deletion.ts";
import { readPostLink } from "./posts.ts";
import { findShare, publishPost } from "./publishing.ts";
import { openRoutes, WAYS, type WayName } from "./routes/open.ts";
import type { Route } from "./routes/route.ts";
import type { Settings } from "./settings.ts";

const wayShape = z.object({ way: z.enum(["instagram", "facebook"]) });

/** Deleting needs Facebook Login and an app with this permission (docs/networks/instagram.md, section 4.6). */
const DELETING = "instagram_manage_contents";

export class Instagram extends SocialPlatform {
  readonly name = "instagram";
  readonly about = about;
  readonly #settings: Settings;
  readonly #routes: Readonly<Partial<Record<WayName, Route>>>;
  readonly #world: PlatformWorld;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#settings = settings;
    this.#world = world;
    this.#routes = openRoutes(settings, world);
  }

  override ways(): readonly ConnectWay[] {
    const open = Object.values(WAYS).filter(({ name }) => this.#routes[name] !== undefined);
    return open.length > 1 ? open : [];
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    const chosen = wayShape.safeParse(request).data?.way;
    const way = chosen ?? (this.#routes.instagram === undefined ? "facebook" : "instagram");
    return await this.#route({ way }).authorize(request);
  }

  async exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]> {
    return await this.#route(callback.remember).exchange(callback);
  }

  async refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens> {
    return await this.#route(account.extra).renew(tokens);
  }

  async verifyToken(account: Account, tokens: Tokens): Promise<Account> {
    return await this.#route(account.extra).verify(account, tokens);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const wire = this.#route(account.extra).reach(account, tokens);
    parseOptions(optionsShape, post.options);
    return await withComment(wire, post, await publishPost(wire, post));
  }

  readPostLink({ username }: Account, link: string): ShareResult | undefined {
    return readPostLink(username, this.#settings.SOCIAL_INSTAGRAM_ORIGIN, link);
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const wire = this.#route(account.extra).reach(account, tokens);
    const found = await findShare(wire, post);
    return typeof found === "object" ? await withComment(wire, post, found) : found;
  }

  override optionsOf({ extra }: Account): readonly PostOption[] {
    return extra.comments === true ? [commentOption] : [];
  }

  override composeText(message: string, url: string, options: OptionValues = {}): string {
    return isInComment(options, url) ? message.trim() : super.composeText(message, url, options);
  }

  countText(_account: Account, text: string): TextLength {
    return countCaption(text);
  }

  override async deletePost(account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    await deletePost(this.#route(account.extra).reach(account, tokens), platformPostId);
  }

  override async findPost(account: Account, tokens: Tokens, platformPostId: string): Promise<PostPresence> {
    return await hasPost(this.#route(account.extra).reach(account, tokens), platformPostId);
  }

  override deletionHindrance(account: Account, scopes: readonly string[]): Told | undefined {
    const isAllowed = account.extra.way === "facebook" && scopes.includes(DELETING);
    return isAllowed
      ? undefined
      : say("Instagram does not let us delete this post. Delete it in the Instagram app.");
  }

  /** Facebook Login grants access for a person, Instagram Login for one account. */
  override grantOf({ grantedBy }: Account): string | undefined {
    return grantedBy;
  }

  override async revokeToken(account: Account, tokens: Tokens): Promise<"ended" | "impossible"> {
    return (await this.#route(account.extra).revoke?.(tokens)) ?? "impossible";
  }

  /** Signed with the secret of the app that the person authorized. */
  override readOwnerCall(form: Readonly<Record<string, string>>): OwnerCall | undefined {
    const { SOCIAL_INSTAGRAM_APP_SECRET: own, SOCIAL_FACEBOOK_APP_SECRET: facebook } = this.#settings;
    const read = (secret: string | undefined) =>
      secret ? readSignedRequest(secret, form.signed_request, this.#world.now()) : undefined;
    const [person, other] = [read(own), read(facebook)];
    if (person !== undefined) return { owner: `instagram:${person.userId}`, issuedAt: person.issuedAt };
    return other && { owner: `facebook:${other.userId}`, issuedAt: other.issuedAt };
  }

  #route(named: unknown): Route {
    const way = wayShape.safeParse(named).data?.way;
    const route = way && this.#routes[way];
    if (route !== undefined) return route;
    throw new PlatformError("rejected", {
      code: "way-not-set-up",
      message: say(
        "Connecting Instagram through {route} login is not set up here. Ask the operator of this service.",
        { route: way === "facebook" ? "Facebook" : "Instagram" },
      ),
      operator: true,
    });
  }
}
