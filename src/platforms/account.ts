/** The account behind a connection, the tokens that allow us to act for it, and what connecting it passes around. */
import type { Told } from "../words/words.ts";
import type { WebAddress } from "./posts/web-address.ts";

/** A value that survives JSON. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The account or page behind a connection, as the network describes it. */
export interface Account {
  /** The network's id as a string, unique on the platform. It includes the server where ids are per server. */
  readonly id: string;
  /** The handle without a leading @ ("alice", "alice@example.social"), or the display name on networks without handles. */
  readonly username: string;
  readonly displayName: string;
  readonly avatarUrl?: WebAddress;
  /**
   * The person who gave the permission, as the network's callbacks name them ("facebook:10224567890123456"). Absent if
   * the network sends no callbacks about people.
   */
  readonly grantedBy?: string;
  /** What the platform needs for later calls, such as the server origin or the text limit. Never a secret. */
  readonly extra: JsonObject;
}

/** The tokens that let us act for an account, in plain text. Never log them or store them outside the vault. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** The token of the person behind a page that has a token of its own. */
  readonly ownerToken?: string;
  readonly expiresAt?: Date;
  /** The earliest time for a refresh. Absent if these tokens cannot be renewed. */
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
  /** The issuer that the person was sent to (`AuthorizeRequest.issuer`). The code arrived at that issuer’s own callback. */
  readonly issuer?: string;
  readonly code: string;
  readonly codeVerifier: string;
  readonly remember: JsonObject;
  /**
   * Records the grant. Await it as soon as the tokens and the person behind them are known, so that the grant can be
   * ended even if a later step fails.
   */
  hold?(account: Pick<Account, "extra" | "grantedBy">, tokens: Tokens): Promise<void>;
}

export interface OAuthResult {
  readonly account: Account;
  readonly tokens: Tokens;
  /** Tells the person why this account cannot be connected and what to do. Absent if it can. */
  readonly hindrance?: Told;
}
