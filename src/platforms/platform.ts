/**
 * What a social network is to Sharewell: one abstract class, the types that pass through it and the one
 * error it may let out. Each network is a subclass in a file of its own.
 */

import { inEnglish, say, type Told } from "../words/words.ts";
import type { ConnectWay, PlatformAbout, RepeatRule } from "./about.ts";
import type { AuthorizeRequest } from "./call/authorize-request.ts";
import type { RateBudget } from "./call/rate-budget.ts";
import type { PlatformName } from "./networks.ts";
import type { OwnerCall } from "./owner-call.ts";
import { withAddress } from "./posts/address-in-text.ts";
import type { OtherShares, Picture, PostPresence, TextLength } from "./posts/post-parts.ts";
import type { WebAddress } from "./posts/web-address.ts";
import type { AppStore } from "./registered-app.ts";

export type { ConnectWay, PlatformAbout, RepeatRule } from "./about.ts";
export type { AuthorizeRequest } from "./call/authorize-request.ts";
export type { RateBudget } from "./call/rate-budget.ts";
export { isSupported, type PlatformName, platformNames } from "./networks.ts";
export type { OwnerCall } from "./owner-call.ts";
export type { OtherShares, Picture, PostPresence, TextLength } from "./posts/post-parts.ts";
export { readWebAddress, type WebAddress, webAddress } from "./posts/web-address.ts";
export type { AppRegistration, AppStore } from "./registered-app.ts";

/** A value that survives JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The account or page behind a connection, as the network describes it. */
export interface Account {
  /** The network's id, always a string; unique on the platform (it carries the server where ids are per server). */
  readonly id: string;
  /** Handle without a leading @: "alice", "alice@example.social"; the display name where the network has no handle. */
  readonly username: string;
  readonly displayName: string;
  readonly avatarUrl?: WebAddress;
  /**
   * The person who let us in, as the network's own calls name them ("facebook:10224567890123456"); absent where the
   * network never calls us about people.
   */
  readonly grantedBy?: string;
  /** What the platform needs to know again: server origin, text limit … Never a secret. */
  readonly extra: JsonObject;
}

/** What allows us to act for an account. Plain text: never log, never store outside the vault. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** The token of the person behind a page that has a token of its own. */
  readonly ownerToken?: string;
  readonly expiresAt?: Date;
  /** From when on a refresh may be asked; absent: these tokens cannot be renewed. */
  readonly renewAfter?: Date;
  readonly scopes: readonly string[];
}

export interface Authorization {
  /** Where to send the person. */
  readonly url: WebAddress;
  /** Kept beside the state until the person is back. Never a secret. */
  readonly remember: JsonObject;
}

export interface AuthorizeCallback {
  readonly redirectUri: string;
  /** Whom the person was sent to: `AuthorizeRequest.issuer`. The code came by the address that is its alone. */
  readonly issuer?: string;
  readonly code: string;
  readonly codeVerifier: string;
  readonly remember: JsonObject;
  /**
   * To be awaited as soon as the network has given tokens and it is known which others end with them: whatever fails
   * afterwards, they can be ended.
   */
  hold?(account: Pick<Account, "extra" | "grantedBy">, tokens: Tokens): Promise<void>;
}

export interface OAuthResult {
  readonly account: Account;
  readonly tokens: Tokens;
  /** Why this one cannot be connected and what to do, for the person; absent: it can. */
  readonly hindrance?: Told;
}

export interface Post {
  /** The whole visible text, link included where the network wants it there (see `composeText`). */
  readonly text: string;
  /** The shared page's address. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** Attached to the post itself, in place of a link card. */
  readonly pictures: readonly Picture[];
  /**
   * The page's own picture, for networks whose card or post we make; undefined where the page has none that can be read.
   * @throws {PlatformError} transient, where it may come later
   */
  loadPicture(): Promise<Picture | undefined>;
  /** ISO 639-1. */
  readonly language?: string;
  /** The same for every try of one share until its person says that it is to be sent anew; different for every share. */
  readonly idempotencyKey: string;
  /** When a request that may have published was first sent; absent while none was. */
  readonly firstSentAt?: Date;
  /** Absent where nothing is looked for. */
  readonly others?: OtherShares;
  /** What earlier tries handed to `remember` and `beforePublish`. */
  readonly remembered: JsonObject;
  /** Durably keeps what the next try must know, such as an upload that need not be repeated. Publishes nothing. */
  remember(values: JsonObject): Promise<void>;
  /**
   * The fence. It is passed right before each request that can make the post visible (see `publishing` in request.ts);
   * it durably records that the post may be out from now on. Throws when this try has lost its right to publish, and so
   * does what it returns, which is asked as the request leaves: let that error through.
   */
  beforePublish(remember?: JsonObject): Promise<() => void>;
}

export interface ShareResult {
  /** Absent where the network confirmed the post without naming it. */
  readonly platformPostId?: string;
  /** The post, or where it is unknown the profile that shows it. */
  readonly url: WebAddress;
  /** What the network said that it still takes. */
  readonly budgets?: readonly RateBudget[];
}

/** "absent": certainly not there. */
export type Finding = ShareResult | "absent" | "unknown";

/**
 * Who must act, and so what becomes of the share:
 * `declined` the person refused consent; `reconnect-needed` the grant is dead; `rate-limited` wait until `retryAt`;
 * `rejected` this post or our set-up is refused for good; `duplicate` the network has this very post already;
 * `transient` certainly not done, try again; `ambiguous` perhaps posted: never repeat blindly.
 */
export type PlatformErrorKind =
  | "declined"
  | "reconnect-needed"
  | "rate-limited"
  | "rejected"
  | "duplicate"
  | "transient"
  | "ambiguous";

export interface PlatformErrorDetails {
  /** Our short, stable name of the cause: "credits-used-up", "text-too-long", "token-revoked". */
  readonly code: string;
  /** For people: what happened and what to do. Holds no secret. */
  readonly message: Told;
  /** The network's status code, where there was an answer. */
  readonly status?: number;
  /** For `rate-limited`, and for `transient` where the network says so: not before. */
  readonly retryAt?: Date | undefined;
  /** For `rate-limited`: the limit is the whole app's, not this account's. */
  readonly wholeApp?: true;
  /** The fault is the operator's to mend (credits, app settings), not the person's. */
  readonly operator?: true;
  /** For `duplicate`: the post that is there already, where the network names it. */
  readonly existing?: ShareResult;
  readonly cause?: unknown;
}

/** The only error that a platform lets out (besides what `beforePublish` threw). */
export class PlatformError extends Error {
  /** The message, to be put into the reader's words. */
  readonly told: Told;
  readonly kind: PlatformErrorKind;
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAt: Date | undefined;
  readonly wholeApp: boolean;
  readonly operator: boolean;
  readonly existing: ShareResult | undefined;

  constructor(kind: PlatformErrorKind, details: PlatformErrorDetails) {
    super(inEnglish(details.message), { cause: details.cause });
    this.told = details.message;
    this.name = "PlatformError";
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
    this.retryAt = details.retryAt;
    this.wholeApp = details.wholeApp ?? false;
    this.operator = details.operator ?? false;
    this.existing = details.existing;
  }
}

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
