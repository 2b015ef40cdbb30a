/** Mastodon and every server with its API. Our app is registered at each of them. */
import { z } from "zod";
import { buildAuthorizeUrl } from "../call/oauth2.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type FoundPerson,
  type OAuthResult,
  type OptionValues,
  type PlatformWorld,
  type Post,
  type RepeatRule,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { about } from "./about.ts";
import { readAccount, readApp, readExtra } from "./account.ts";
import { notAServer, otherServer, readTypedServer } from "./address.ts";
import { Apps } from "./oauth/apps.ts";
import { revoke } from "./oauth/revoke.ts";
import { exchange, refresh } from "./oauth/tokens.ts";
import { optionsFor, toParameters } from "./options.ts";
import { deleteStatus, findStatus } from "./posts/deletion.ts";
import { findStatusOf } from "./posts/find.ts";
import { readPostLink } from "./posts/links.ts";
import { postStatus } from "./posts/post.ts";
import { repeatRuleOf } from "./posts/repeat-rule.ts";
import { findPeople } from "./posts/search.ts";
import { findOrigin } from "./server.ts";
import type { Settings } from "./settings.ts";
import { findSharePage } from "./share-page.ts";
import { countCharacters } from "./text/text.ts";

const rememberShape = z.object({ clientId: z.string() });

export class Mastodon extends SocialPlatform {
  readonly name = "mastodon";
  readonly about = about;
  readonly #world: PlatformWorld;
  readonly #apps: Apps;
  readonly #only: string | undefined;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#world = world;
    this.#only = settings.SOCIAL_MASTODON_SERVER;
    this.#apps = new Apps(world, settings.SOCIAL_BASE_URL);
  }

  override serverOf(account: Account): string {
    return readApp(account).origin;
  }

  /** The API's origin: the only place where people authorise, codes are exchanged and tokens are used. */
  override async findIssuer(typed: string): Promise<string> {
    const server = readTypedServer(typed);
    const only = this.#only === undefined ? undefined : readTypedServer(this.#only);
    if (only !== undefined && server.origin !== only.origin) throw otherServer(this.#only ?? "");
    return await findOrigin(this.#world, server);
  }

  override usualServer(): string | undefined {
    return this.#only;
  }

  async findSharePage(typed: string): Promise<string> {
    return await findSharePage(this.#world, readTypedServer(typed));
  }

  /** Uses the fixed path, whatever the server's metadata names, which could be another server's. */
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

  override optionsOf(account: Account) {
    return optionsFor(readExtra(account).quotePolicy !== undefined);
  }

  override repeatRule(account: Account): RepeatRule {
    return repeatRuleOf(account);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    return await postStatus(this.#world, { account, tokens }, post);
  }

  /** A content warning counts too. */
  countText(account: Account, text: string, options: OptionValues = {}): TextLength {
    const extra = readExtra(account);
    const { spoiler_text: warning = "" } = toParameters(options);
    const length = countCharacters(text, extra) + countCharacters(warning, extra);
    return { length, limit: extra.maxCharacters };
  }

  async findPeople(account: Account, tokens: Tokens, words: string): Promise<FoundPerson[]> {
    return await findPeople(this.#world, account, { tokens, words });
  }

  readPostLink(account: Account, link: string): ShareResult | undefined {
    return readPostLink(account, link);
  }

  override async findShare(account: Account, tokens: Tokens, post: Post) {
    return await findStatusOf(this.#world, { account, tokens }, post);
  }

  override async deletePost(
    account: Account,
    tokens: Tokens,
    id: string,
    options: OptionValues = {},
  ): Promise<void> {
    const refusal = await deleteStatus(this.#world, { account, tokens }, { id, options });
    if (refusal !== undefined) throw refusal;
  }

  override async findPost(account: Account, tokens: Tokens, id: string, options: OptionValues = {}) {
    return await findStatus(this.#world, { account, tokens }, { id, options });
  }

  override async revokeToken(account: Account, tokens: Tokens): Promise<"ended" | "impossible"> {
    return await revoke(this.#world, account, tokens);
  }
}
