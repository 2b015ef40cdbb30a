/** The account behind a connection, the tokens that allow us to act for it, and what connecting it passes around. */
import type { Told } from "../words/words.ts";
import type { WebAddress } from "./posts/web-address.ts";

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
