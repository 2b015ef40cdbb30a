/**
 * What Sharewell expects of a social network: one abstract class, the types that it uses and the one error that it may
 * throw. Each network is a subclass in its own folder.
 */

import { say, type Told } from "../words/words.ts";
import type { ConnectWay, PlatformAbout, RepeatRule } from "./about.ts";
import type { Account, Authorization, AuthorizeCallback, OAuthResult, Tokens } from "./account.ts";
import type { ClientDocument } from "./apps/client-document.ts";
import type { AppStore } from "./apps/registered-app.ts";
import type { AuthorizeRequest } from "./call/authorize-request.ts";
import type { OwnerCall } from "./call/owner-call.ts";
import type { PlatformName } from "./networks.ts";
import { withAddress } from "./posts/address-in-text.ts";
import type { OptionValues, PostOption } from "./posts/options.ts";
import type { Finding, Post, ShareResult } from "./posts/post.ts";
import type { Picture, PostPresence, TextLength } from "./posts/post-parts.ts";

export type { ConnectWay, PlatformAbout, RepeatRule } from "./about.ts";
export type {
  Account,
  Authorization,
  AuthorizeCallback,
  JsonObject,
  OAuthResult,
  Tokens,
} from "./account.ts";
export type { ClientDocument } from "./apps/client-document.ts";
export type { AppRegistration, AppStore } from "./apps/registered-app.ts";
export type { AuthorizeRequest } from "./call/authorize-request.ts";
export type { OwnerCall } from "./call/owner-call.ts";
export type { RateBudget } from "./call/rate-budget.ts";
export { isSupported, type PlatformName, platformNames } from "./networks.ts";
export { PlatformError, type PlatformErrorKind } from "./platform-error.ts";
export {
  keptOf,
  type OptionValues,
  type PostOption,
  type ReadOptions,
  readOptions,
  spellOut,
} from "./posts/options.ts";
export type { Finding, Post, ShareResult } from "./posts/post.ts";
export type { OtherShares, Picture, PostPresence, TextLength } from "./posts/post-parts.ts";
export { readWebAddress, type WebAddress, webAddress } from "./posts/web-address.ts";

/** Everything a platform gets from outside. */
export interface PlatformWorld {
  /** Refuses private addresses. The caller sets time-outs through `signal`. */
  readonly fetch: typeof fetch;
  /** The name that the service currently has for people. */
  serviceName(): string;
  now(): Date;
  /** The texts of a name's TXT records; empty if it has none. @throws if they cannot be looked up */
  resolveTxt(name: string): Promise<readonly string[]>;
  /** Waits, for networks that need time between two steps. */
  wait(milliseconds: number): Promise<void>;
  readonly apps: AppStore;
  /** Publishes a picture at an unguessable address of ours for a day, for networks that fetch pictures. Returns the address. */
  hostPicture(picture: Picture): Promise<string>;
}

/** A social network we can connect to and share on. One subclass per network. */
export abstract class SocialPlatform {
  abstract readonly name: PlatformName;
  abstract readonly about: PlatformAbout;

  /** The ways to connect that are set up, or an empty list if there is only one. */
  ways(): readonly ConnectWay[] {
    return [];
  }

  /** The account’s server, on networks with many: a slow server delays only its own accounts. */
  serverOf(_account: Account): string | undefined {
    return undefined;
  }

  /** Something that the operator should do soon, before it becomes urgent; undefined if there is nothing. */
  operatorNotice(): Told | undefined {
    return undefined;
  }

  /**
   * Finds the authorization server behind the answer to `about.server`. Returns its origin, or undefined if the network
   * has only one.
   */
  async findIssuer(_typed: string): Promise<string | undefined> {
    return undefined;
  }

  /** The one server that people can connect to, if the operator named one: what `about.server` asks for. */
  usualServer(): string | undefined {
    return undefined;
  }

  /**
   * Finds the page to start a post on, for the answer to `about.server`. Absent if the network has only one server, or
   * no such page. @returns an address as `ShareWay.sharePage` describes it
   */
  findSharePage?(typed: string): Promise<string>;

  /** Returns a document about our app that the network's servers fetch from us, or undefined if there is none of that name. */
  async describeClient(_asked: ClientDocument): Promise<object | undefined> {
    return undefined;
  }

  /** Returns where to send the person for consent, and what to remember until they return. */
  abstract getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization>;
  /** Exchanges the code for tokens. Returns one result for each account or page that could be connected. */
  abstract exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]>;
  /** Returns new tokens, including what stays valid of the old ones. Never called twice at a time for one connection. */
  abstract refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens>;
  /** Checks the tokens and returns the account’s current details. */
  abstract verifyToken(account: Account, tokens: Tokens): Promise<Account>;
  /** Publishes the post. Awaits `post.beforePublish()` right before each request that can make it visible. */
  abstract shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult>;
  /** Returns the length of `text` as this network counts it for this account, with the chosen options that count too. */
  abstract countText(account: Account, text: string, options?: OptionValues): TextLength;

  /** Returns what people may choose for a post of this account beside its words. */
  optionsOf(_account: Account): readonly PostOption[] {
    return this.about.options ?? [];
  }

  /** Returns the visible text of a share. By default, the message, an empty line and the address, unless the message has it. */
  composeText(message: string, url: string): string {
    return withAddress(message, url);
  }

  /** The repeat rule for this account, on networks whose servers differ. */
  repeatRule(_account: Account): RepeatRule {
    return this.about;
  }

  /** Looks for a share that may have been posted. Returns "unknown" if the network cannot tell. */
  async findShare(_account: Account, _tokens: Tokens, _post: Post): Promise<Finding> {
    return "unknown";
  }

  /** Reads a permalink that the person copied. Returns undefined if it is not a post of this account. */
  abstract readPostLink(account: Account, link: string): ShareResult | undefined;

  /** Deletes a post with these options; succeeds if it is already gone. Absent if the network has no such call. */
  deletePost?(
    account: Account,
    tokens: Tokens,
    platformPostId: string,
    options?: OptionValues,
  ): Promise<void>;

  /** Checks whether a post exists, after deleting it got no clear answer. */
  async findPost(
    _account: Account,
    _tokens: Tokens,
    _platformPostId: string,
    _options?: OptionValues,
  ): Promise<PostPresence> {
    return "unknown";
  }

  /** Tells the person why we cannot delete posts of this account; undefined if we can. */
  deletionHindrance(_account: Account, _scopes: readonly string[]): Told | undefined {
    return this.deletePost === undefined
      ? say("{network} does not let apps delete posts. Delete it there.", { network: this.about.label })
      : undefined;
  }

  /**
   * Identifies the grant that this account's tokens belong to: its `grantedBy`, or the account's id if a grant covers only
   * that account. Undefined if each token is a separate grant.
   */
  grantOf(_account: Account): string | undefined {
    return undefined;
  }

  /** Whether revoking one token surely revokes all tokens of its grant. If not, each is revoked once no account needs the grant. */
  readonly tokensEndTogether: boolean = true;

  /** Revokes the grant at the network when its last account goes. "impossible" means that only the person can, there. */
  async revokeToken(_account: Account, _tokens: Tokens): Promise<"ended" | "impossible"> {
    return "impossible";
  }

  /** Reads a callback about a person. Returns undefined if its signature proves nothing. Absent if the network has none. */
  readOwnerCall?(form: Readonly<Record<string, string>>): OwnerCall | undefined;
}
