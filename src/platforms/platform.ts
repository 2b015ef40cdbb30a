/**
 * What a social network is to Sharewell: one abstract class, the types that pass through it and the one
 * error it may let out. Each network is a subclass in a file of its own.
 */

import { say, type Told } from "../words/words.ts";
import type { ConnectWay, PlatformAbout, RepeatRule } from "./about.ts";
import type { Account, Authorization, AuthorizeCallback, OAuthResult, Tokens } from "./account.ts";
import type { AppStore } from "./apps/registered-app.ts";
import type { AuthorizeRequest } from "./call/authorize-request.ts";
import type { OwnerCall } from "./call/owner-call.ts";
import type { PlatformName } from "./networks.ts";
import { withAddress } from "./posts/address-in-text.ts";
import type { Finding, Post, ShareResult } from "./posts/post.ts";
import type { Picture, PostPresence, TextLength } from "./posts/post-parts.ts";

export type { ConnectWay, PlatformAbout, RepeatRule } from "./about.ts";
export type {
  Account,
  Authorization,
  AuthorizeCallback,
  Json,
  JsonObject,
  OAuthResult,
  Tokens,
} from "./account.ts";
export type { AppRegistration, AppStore } from "./apps/registered-app.ts";
export type { AuthorizeRequest } from "./call/authorize-request.ts";
export type { OwnerCall } from "./call/owner-call.ts";
export type { RateBudget } from "./call/rate-budget.ts";
export { isSupported, type PlatformName, platformNames } from "./networks.ts";
export { PlatformError, type PlatformErrorDetails, type PlatformErrorKind } from "./platform-error.ts";
export type { Finding, Post, ShareResult } from "./posts/post.ts";
export type { OtherShares, Picture, PostPresence, TextLength } from "./posts/post-parts.ts";
export { readWebAddress, type WebAddress, webAddress } from "./posts/web-address.ts";

/** What a platform is handed: nothing else of the world. */
export interface PlatformWorld {
  /** Guarded: refuses private addresses. Time-outs are the caller's, through `signal`. */
  readonly fetch: typeof fetch;
  /** How people know the service, as it is called now. */
  serviceName(): string;
  now(): Date;
  /** Lets time pass, where a network needs some between two steps. */
  wait(milliseconds: number): Promise<void>;
  readonly apps: AppStore;
  /** Puts a picture at a public address of ours that nobody can guess, for a day: for networks that fetch pictures. */
  hostPicture(picture: Picture): Promise<string>;
}

/** A social network we can connect to and share on. One subclass, in one file, per network. */
export abstract class SocialPlatform {
  abstract readonly name: PlatformName;
  abstract readonly about: PlatformAbout;

  /** The ways to connect that are set up, where there is more than one; else none. */
  ways(): readonly ConnectWay[] {
    return [];
  }

  /** The server that answers for this account, where the network has many: one that is slow holds up only its own. */
  serverOf(_account: Account): string | undefined {
    return undefined;
  }

  /** What the operator has to do soon, before the network makes it urgent; undefined: nothing. */
  operatorNotice(): Told | undefined {
    return undefined;
  }

  /**
   * The authorization server behind what the person typed when asked for `about.server`: its origin. Undefined: the
   * network has one only.
   */
  async findIssuer(_typed: string): Promise<string | undefined> {
    return undefined;
  }

  /** Where to send the person to consent, and what to remember until they are back. */
  abstract getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization>;
  /** One result per account or page that could be connected. */
  abstract exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]>;
  /** New tokens, with whatever is to be kept of the old ones. Called for one connection at a time. */
  abstract refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens>;
  /** The account as it is now. */
  abstract verifyToken(account: Account, tokens: Tokens): Promise<Account>;
  /** Publishes; awaits `post.beforePublish()` right before each visible request. */
  abstract shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult>;
  /** The length of `text` as this network counts it for this account. */
  abstract countText(account: Account, text: string): TextLength;

  /** The visible text of a share. By default: the message, an empty line, the address, unless the message has it. */
  composeText(message: string, url: string): string {
    return withAddress(message, url);
  }

  /** What holds for this account, where a network's servers differ. */
  repeatRule(_account: Account): RepeatRule {
    return this.about;
  }

  /** Looks for a share that may have been posted; "unknown" where the network cannot tell. */
  async findShare(_account: Account, _tokens: Tokens, _post: Post): Promise<Finding> {
    return "unknown";
  }

  /** The post behind a link that the person copied there; undefined where it leads to no post of this account. */
  abstract readPostLink(account: Account, link: string): ShareResult | undefined;

  /** Takes a post back; absent where the network has no such call. Deleting what is gone already succeeds. */
  deletePost?(account: Account, tokens: Tokens, platformPostId: string): Promise<void>;

  /** Whether a post is there: asked where deleting it never got a clear answer. */
  async findPost(_account: Account, _tokens: Tokens, _platformPostId: string): Promise<PostPresence> {
    return "unknown";
  }

  /** Why posts of this account cannot be taken back from here, for the person; undefined: they can. */
  deletionHindrance(_account: Account, _scopes: readonly string[]): Told | undefined {
    return this.deletePost === undefined
      ? say("{network} does not let apps delete posts. Delete it there.", { network: this.about.label })
      : undefined;
  }

  /**
   * What all accounts share whose tokens end with one grant: their `grantedBy`, or the account's own id where only it can
   * have some. Undefined: each token is a grant of its own.
   */
  grantOf(_account: Account): string | undefined {
    return undefined;
  }

  /** Whether all tokens of a grant certainly end with one; else each is ended by itself, once no account needs the grant. */
  readonly tokensEndTogether: boolean = true;

  /** Ends the grant at the network, for the last account of it. "impossible": only its person can, there. */
  async revokeToken(_account: Account, _tokens: Tokens): Promise<"ended" | "impossible"> {
    return "impossible";
  }

  /** Undefined where the call proves nothing. Absent: the network makes no such calls. */
  readOwnerCall?(form: Readonly<Record<string, string>>): OwnerCall | undefined;
}
