/** Mastodon, and servers that speak its API: any of them, our app registered at each once. */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { buildAuthorizeUrl } from "../call/oauth2.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  type PlatformAbout,
  type PlatformWorld,
  type Post,
  type RepeatRule,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { readAccount, readApp, readExtra } from "./account.ts";
import { notAServer, readTypedServer } from "./address.ts";
import { MastodonApps } from "./apps.ts";
import { deleteStatus, findStatus } from "./deletion.ts";
import { readMastodonLink } from "./links.ts";
import { findStatusOf, mastodonRule, postStatus, repeatRuleOf } from "./posts.ts";
import { findOrigin } from "./server.ts";
import { countCharacters } from "./text/text.ts";
import { exchange, refresh, revoke } from "./tokens.ts";

export const mastodonSettings = z.object({
  SOCIAL_BASE_URL: z.url(),
});

export const aboutMastodon: PlatformAbout = {
  label: "Mastodon",
  guide: "mastodon",
  countsBy: ["maxCharacters", "charactersPerUrl", "unit"],
  summary: say("Any Mastodon server, and others that speak its language."),
  postLinkExample: "https://mastodon.example/@you/113000000000000000",
  permissions: [
    { scopes: ["profile", "read:accounts", "read"], why: say("read your name and picture") },
    { scopes: ["write:statuses", "write"], why: say("post, and delete what you posted") },
    { scopes: ["write:media", "write"], why: say("add pictures") },
  ],
  linkCard: "crawled-from-page",
  accessEndsAt: say(
    "on your server, in the settings of your account, under “Authorized apps” (on some, “Applications” or “Connected apps”)",
  ),
  server: {
    label: say("Your server or handle"),
    placeholder: "mastodon.social",
    hint: say("Like mastodon.social, or your whole handle: alice@mastodon.social."),
  },
  // Mastodon's own, from 4.6 on; an account's server may be another: `repeatRule`.
  ...mastodonRule,
};

const rememberShape = z.object({ clientId: z.string() });

export class Mastodon extends SocialPlatform {
  readonly name = "mastodon";
  readonly about = aboutMastodon;
  readonly #world: PlatformWorld;
  readonly #apps: MastodonApps;

  constructor(settings: z.infer<typeof mastodonSettings>, world: PlatformWorld) {
    super();
    this.#world = world;
    this.#apps = new MastodonApps(world, settings.SOCIAL_BASE_URL);
  }

  override serverOf(account: Account): string {
    return readApp(account).origin;
  }

  /** The API's origin: people are asked, codes are taken and tokens are used there and nowhere else. */
  override async findIssuer(typed: string): Promise<string> {
    return await findOrigin(this.#world, readTypedServer(typed));
  }

  /** At the fixed path, whatever the server's metadata names: that could be another server's. */
  async getAuthorizeUrl({ issuer, ...request }: AuthorizeRequest): Promise<Authorization> {
    if (issuer === undefined) throw notAServer();
    const { clientId, scopes, once } = await this.#apps.ensure(issuer, request.redirectUri);
    const url = buildAuthorizeUrl(`${issuer}/oauth/authorize`, { ...request, clientId, scopes });
    if (once) await this.#apps.checkEntrance(url);
    return { url, remember: { clientId } };
  }

  async exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]> {
    return [await exchange(this.#world, callback, rememberShape.parse(callback.remember).clientId)];
  }

  async refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens> {
    return await refresh(this.#world, account, tokens);
  }

  async verifyToken(account: Account, tokens: Tokens): Promise<Account> {
    const { origin, clientId } = readExtra(account);
    return await readAccount(this.#world, { origin, clientId, tokens }, account);
  }

  override repeatRule(account: Account): RepeatRule {
    return repeatRuleOf(account);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    return await postStatus(this.#world, { account, tokens }, post);
  }

  countText(account: Account, text: string): TextLength {
    const extra = readExtra(account);
    return { length: countCharacters(text, extra), limit: extra.maxCharacters };
  }

  readPostLink(account: Account, link: string): ShareResult | undefined {
    return readMastodonLink(account, link);
  }

  override async findShare(account: Account, tokens: Tokens, post: Post) {
    return await findStatusOf(this.#world, { account, tokens }, post);
  }

  override async deletePost(account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    const refusal = await deleteStatus(this.#world, { account, tokens }, platformPostId);
    if (refusal !== undefined) throw refusal;
  }

  override async findPost(account: Account, tokens: Tokens, platformPostId: string) {
    return await findStatus(this.#world, { account, tokens }, platformPostId);
  }

  override async revokeToken(account: Account, tokens: Tokens): Promise<"ended" | "impossible"> {
    return await revoke(this.#world, account, tokens);
  }
}
