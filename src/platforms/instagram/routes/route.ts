/** What the two routes to Instagram, its own login and Facebook's, have in common: connecting, and then the same calls by another host and token. */

import type { Answer, callSafely } from "../../call/request.ts";
import type {
  Account,
  Authorization,
  AuthorizeCallback,
  AuthorizeRequest,
  OAuthResult,
  PlatformWorld,
  Tokens,
} from "../../platform.ts";
import type { WebAddress } from "../../posts/web-address.ts";

/** An account's `extra.way` names its route. */
export interface Route {
  authorize(request: AuthorizeRequest): Promise<Authorization>;
  exchange(callback: AuthorizeCallback): Promise<OAuthResult[]>;
  renew(tokens: Tokens): Promise<Tokens>;
  verify(account: Account, tokens: Tokens): Promise<Account>;
  /** Absent where the route has no call that ends a grant. */
  revoke?(tokens: Tokens): Promise<"ended">;
  reach(account: Account, tokens: Tokens): Wire;
}

/** An account as its route reaches it. Paths begin after the version: "/17841405793187218/media". */
export interface Wire {
  readonly account: Account;
  /** The account's own page: where a post is seen whose address is not known. */
  readonly profileUrl: WebAddress;
  readonly world: PlatformWorld;
  read(path: string): Promise<Answer>;
  /** A call that makes something which nobody sees. */
  prepare(path: string, json: object): Promise<Answer>;
  /** The call that publishes, made by `call`. */
  publish(path: string, json: object, call: typeof callSafely): Promise<Answer>;
  /** Absent: this route deletes nothing. */
  remove?(path: string): Promise<Answer>;
  /** Tells whether the tokens are alive. */
  checkToken(): Promise<Answer>;
}
