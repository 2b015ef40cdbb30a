/**
 * What a social network is to Sharewell: one abstract class, the types that pass through it and the one
 * error it may let out. Each network is a subclass in a file of its own.
 */

import { inEnglish, say, type Told } from "../words/words.ts";
import type { ConnectWay, PlatformAbout } from "./about.ts";
import { withAddress } from "./address-in-text.ts";
import type { RateBudget } from "./rate-budget.ts";

export type { ConnectWay, PlatformAbout } from "./about.ts";
export type { RateBudget } from "./rate-budget.ts";

/** The networks, by the name they have in addresses, tables and file names. */
export const platformNames = ["facebook", "instagram", "threads", "twitter", "linkedin", "mastodon"] as const;
export type PlatformName = (typeof platformNames)[number];

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
  readonly avatarUrl?: string;
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

export interface AuthorizeRequest {
  /** Where the network sends the person back to: our callback, exactly as registered. */
  readonly redirectUri: string;
  readonly state: string;
  /** PKCE S256 of the verifier that `exchangeCode` will be given. */
  readonly codeChallenge: string;
  /** What the person typed when asked for `about.server`. */
  readonly server?: string;
  /** The name of one of `ways()`, where there are several. */
  readonly way?: string;
  /** Asks again for what the person left out before. */
  readonly again?: boolean;
}

export interface Authorization {
  /** Where to send the person. */
  readonly url: string;
  /** Kept beside the state until the person is back. Never a secret. */
  readonly remember: JsonObject;
}

export interface AuthorizeCallback {
  readonly redirectUri: string;
  readonly code: string;
  readonly codeVerifier: string;
  readonly remember: JsonObject;
}

export interface OAuthResult {
  readonly account: Account;
  readonly tokens: Tokens;
  /** Why this one cannot be connected and what to do, for the person; absent: it can. */
  readonly hindrance?: Told;
}

export interface Picture {
  readonly bytes: Uint8Array;
  /** Media type by content: "image/jpeg". */
  readonly type: string;
  readonly alt: string;
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
  /** The same for every try of one share, different for every share. */
  readonly idempotencyKey: string;
  /** When a request that may have published was first sent; absent while none was. */
  readonly firstSentAt?: Date;
  /** What earlier tries handed to `remember` and `beforePublish`. */
  readonly remembered: JsonObject;
  /** Durably keeps what the next try must know, such as an upload that need not be repeated. Publishes nothing. */
  remember(values: JsonObject): Promise<void>;
  /**
   * The fence. Call it right before the one request that can make the post visible; it durably records that the
   * post may be out from now on. Throws when this try has lost its right to publish: let that error through.
   */
  beforePublish(remember?: JsonObject): Promise<void>;
}

export interface ShareResult {
  /** Absent where the network confirmed the post without naming it. */
  readonly platformPostId?: string;
  /** The post, or where it is unknown the profile that shows it. */
  readonly url: string;
  /** What the network said that it still takes. */
  readonly budgets?: readonly RateBudget[];
}

/** How long a text is by the network's own count, and how long it may be. */
export interface TextLength {
  readonly length: number;
  readonly limit: number;
}

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

/** An app that we registered at a server of a network (Mastodon): credentials in plain text, kept encrypted. */
export interface AppRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** Absent: it never expires. */
  readonly secretExpiresAt?: Date;
}

/** Where a platform keeps apps it registered, by server origin. */
export interface AppStore {
  find(server: string): Promise<AppRegistration | undefined>;
  save(server: string, app: AppRegistration): Promise<void>;
  forget(server: string): Promise<void>;
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

  /** Where to send the person to consent, and what to remember until they are back. */
  abstract getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization>;
  /** One result per account or page that could be connected. */
  abstract exchangeCode(callback: AuthorizeCallback): Promise<OAuthResult[]>;
  /** New tokens, with whatever is to be kept of the old ones. Called for one connection at a time. */
  abstract refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens>;
  /** The account as it is now. */
  abstract verifyToken(account: Account, tokens: Tokens): Promise<Account>;
  /** Publishes; awaits `post.beforePublish()` right before the one visible request. */
  abstract shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult>;
  /** The length of `text` as this network counts it for this account. */
  abstract countText(account: Account, text: string): TextLength;

  /** The visible text of a share. By default: the message, an empty line, the address, unless the message has it. */
  composeText(message: string, url: string): string {
    return withAddress(message, url);
  }

  /** Looks for a share that may have been posted; "unknown" where the network cannot tell. */
  async findShare(
    _account: Account,
    _tokens: Tokens,
    _post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    return "unknown";
  }

  /** The post behind a link that the person copied there; undefined where it leads to no post of this account. */
  abstract readPostLink(account: Account, link: string): ShareResult | undefined;

  /** Takes a post back; absent where the network has no such call. Deleting what is gone already succeeds. */
  deletePost?(account: Account, tokens: Tokens, platformPostId: string): Promise<void>;

  /** Why posts of this account cannot be taken back from here, for the person; undefined: they can. */
  deletionHindrance(_account: Account, _scopes: readonly string[]): Told | undefined {
    return this.deletePost === undefined
      ? say("{network} lets no app delete posts: delete it there.", { network: this.about.label })
      : undefined;
  }

  /**
   * Ends the grant at the network, where it has such a call. With it end all accounts of the same `grantedBy`: it is
   * called for the last of them.
   */
  async revokeToken(_account: Account, _tokens: Tokens): Promise<void> {}

  /**
   * Whom a call of the network itself is about ("facebook:1022…", as in `Account.grantedBy`); undefined where it proves
   * nothing. Absent: the network makes no such calls.
   */
  readOwnerCall?(form: Readonly<Record<string, string>>): string | undefined;
}
