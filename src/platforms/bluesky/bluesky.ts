/** Bluesky and every server of its network: sign-in by OAuth without a registration, cards that we make, and posts under keys that we choose. */
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type ClientDocument,
  type Finding,
  type OAuthResult,
  type OptionValues,
  type PlatformWorld,
  type Post,
  type PostPresence,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { about } from "./about.ts";
import { connectAccount, verifyAccount } from "./connecting.ts";
import { readExtra } from "./extra.ts";
import { findAccount } from "./identity/account.ts";
import { Kept } from "./identity/kept.ts";
import { describeClient } from "./oauth/client.ts";
import { startFlow } from "./oauth/flow.ts";
import { Nonces } from "./oauth/nonces.ts";
import { refresh, revoke } from "./oauth/tokens.ts";
import type { Parts } from "./parts.ts";
import { keyOf, readPostLink } from "./posts/address.ts";
import { deletePost } from "./posts/deletion.ts";
import { findPostOf, findRecord } from "./posts/find.ts";
import { publish } from "./posts/publish.ts";
import type { Settings } from "./settings.ts";
import { measure } from "./text/length.ts";
import { atItsServer } from "./whereabouts.ts";

export class Bluesky extends SocialPlatform {
  readonly name = "bluesky";
  readonly about = about;
  readonly #parts: Parts;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    const now = () => world.now();
    this.#parts = { settings, world, nonces: new Nonces(now), kept: new Kept(now) };
  }

  override serverOf(account: Account): string {
    return readExtra(account).server;
  }

  override async findIssuer(typed: string): Promise<string> {
    return (await findAccount(this.#parts, typed)).issuer;
  }

  override async describeClient(asked: ClientDocument): Promise<object | undefined> {
    return await describeClient(this.#parts, asked);
  }

  async getAuthorizeUrl({ issuer = "", ...request }: AuthorizeRequest): Promise<Authorization> {
    return await startFlow(this.#parts, { ...request, issuer });
  }

  async exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]> {
    return [await connectAccount(this.#parts, callback)];
  }

  async refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens> {
    return await refresh(this.#parts, account, tokens);
  }

  async verifyToken(account: Account, tokens: Tokens): Promise<Account> {
    return await verifyAccount(this.#parts, account, tokens);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    return await atItsServer(this.#parts, account, (server) =>
      publish(this.#parts, { server, did: account.id, tokens }, post),
    );
  }

  countText(_account: Account, text: string): TextLength {
    return measure(text);
  }

  /** The link is in the card. Pictures take its place, so that the link goes into the text. */
  override composeText(message: string, url: string, hasPictures = false): string {
    return hasPictures ? withAddress(message, url) : message.trim();
  }

  override async findShare(account: Account, _tokens: Tokens, post: Post): Promise<Finding> {
    return await atItsServer(this.#parts, account, (server) =>
      findPostOf(this.#parts, { server, did: account.id }, post),
    );
  }

  readPostLink(account: Account, link: string): ShareResult | undefined {
    return readPostLink(this.#parts, account, link);
  }

  override async deletePost(
    account: Account,
    tokens: Tokens,
    uri: string,
    options: OptionValues = {},
  ): Promise<void> {
    await atItsServer(this.#parts, account, (server) =>
      deletePost(this.#parts, { server, did: account.id, tokens }, { uri, options }),
    );
  }

  override async findPost(account: Account, _tokens: Tokens, uri: string): Promise<PostPresence> {
    return await atItsServer(this.#parts, account, (server) =>
      findRecord(this.#parts, { server, did: account.id }, keyOf(uri)),
    );
  }

  override async revokeToken(account: Account, tokens: Tokens): Promise<"ended" | "impossible"> {
    return await revoke(this.#parts, account, tokens);
  }
}
