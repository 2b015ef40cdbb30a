/** The two routes to Instagram, Instagram Login and Facebook Login: they differ in host and token, and make the same calls. */
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

/** One way to connect accounts and to act for them; `extra.way` of an account names its route. */
export interface Route {
  authorize(request: AuthorizeRequest): Promise<Authorization>;
  exchange(callback: AuthorizeCallback): Promise<OAuthResult[]>;
  renew(tokens: Tokens): Promise<Tokens>;
  verify(account: Account, tokens: Tokens): Promise<Account>;
  /** Absent if the route cannot end a grant. */
  revoke?(tokens: Tokens): Promise<"ended">;
  reach(account: Account, tokens: Tokens): Wire;
}

/** Makes calls for one account. Paths omit the version: "/17841405793187218/media". */
export interface Wire {
  readonly account: Account;
  /** The account's profile, for posts whose permalink is unknown. */
  readonly profileUrl: WebAddress;
  readonly world: PlatformWorld;
  read(path: string): Promise<Answer>;
  /** Creates something that nobody can see yet. */
  prepare(path: string, json: object): Promise<Answer>;
  /** Publishes, through `call`. */
  publish(path: string, json: object, call: typeof callSafely): Promise<Answer>;
  /** Absent if the route cannot delete posts. */
  remove?(path: string): Promise<Answer>;
  /** Answers with status 200 if the token still works. */
  checkToken(): Promise<Answer>;
}
