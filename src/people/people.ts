/** The types that all files about people share. */
import type { Logger } from "pino";
import type { Database, Queryable } from "../database/open.ts";
import type { Limits } from "../limits/limits.ts";
import { say, type Told } from "../words/words.ts";
import { writtenLine } from "../words/written.ts";
import type { People } from "./create-people.ts";
import type { Mailer } from "./mail/mail.ts";
import type { Safe } from "./secrets.ts";
import { renameOldCookies } from "./sign-in/cookies.ts";
import type { OpenIdSettings } from "./sign-in/openid.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: "operator" | "person";
  /** IANA name; undefined until it is known. */
  readonly timeZone: string | undefined;
  /** BCP 47; undefined: the language that the browser asks for. */
  readonly language: string | undefined;
  /** Whether they proved that the email address is theirs; until then only the password signs them in. */
  readonly isProven: boolean;
  /** Which results of their shares are emailed to them. */
  readonly mailNotices: "none" | "problems" | "all";
  /** Whether two-step sign-in is on. */
  readonly hasSecondFactor: boolean;
  /** How often all their access has been ended. */
  readonly accessEndings: number;
}

/** The browser that sends a request, and its network address. */
export interface Visitor {
  readonly headers: Headers;
  readonly ipAddress: string | undefined;
}

export interface SignedIn {
  readonly person: Person;
  readonly sessionId: string;
  /** When they last proved their identity in this session. */
  readonly provedAt: Date;
  /** Set-Cookie values that extend an old session; mostly none. */
  readonly cookies: readonly string[];
}

/** Why a step of signing in was refused, as a sentence for the person. */
export interface Refusal {
  readonly problem: Told;
  /** How many seconds they must wait, after too many attempts. */
  readonly waitSeconds?: number;
}

export const LINK_OVER = say("This link was used or has expired. Ask for a new one.");
export const IS_BLOCKED = say("This account is blocked. Contact the operator of this service.");

/** Set-Cookie values for the browser, or why there are none. */
export type LoginResult = { readonly cookies: readonly string[] } | Refusal;

/** As `LoginResult`. With `needsCode` the second step must follow, and the cookies only lead to it. */
export type FirstStepResult = { readonly cookies: readonly string[]; readonly needsCode: boolean } | Refusal;

/** What people own besides their account. This folder knows nothing of it and is given the functions that end it. */
export interface Belongings {
  /** Cancels all shares that have not been sent yet. */
  stopShares(transaction: Queryable, person: Pick<Person, "id">): Promise<void>;
  /**
   * Keeps the person's grants so that they can be revoked after everything of theirs is deleted.
   * @returns the secret of the page that shows the progress
   */
  handOverGrants(
    transaction: Queryable,
    person: Pick<Person, "id">,
    ipAddress: string | undefined,
  ): Promise<string>;
}

/** The settings on which signing in depends. */
export interface PeopleConfig {
  readonly appName: string;
  readonly baseUrl: URL;
  readonly sessionSecret: string;
  readonly signUp: "open" | "invitation" | "closed";
  readonly openid: OpenIdSettings | undefined;
}

export type PeopleParts = {
  readonly database: Database;
  readonly config: PeopleConfig;
  readonly mailer: Mailer;
  /** Encrypts the content of letters and the secrets of authenticator apps. */
  readonly vault: Safe;
  readonly limits: Limits;
  readonly log: Logger;
  readonly now: () => Date;
  /** Used to call the OpenID Connect provider. */
  readonly fetch: typeof fetch;
  /** Left out where nothing can be connected. */
  readonly belongings?: Belongings;
  /** Left out for better-auth's scrypt. */
  readonly passwords?: PasswordHashing;
};

/** How passwords are hashed and compared with their hashes. No setting changes it. */
export interface PasswordHashing {
  hash(password: string): Promise<string>;
  verify(given: { readonly hash: string; readonly password: string }): Promise<boolean>;
}

/** What the functions of this folder need from the runtime. */
export type PeopleRuntime = PeopleParts & { readonly people: People };

/** The headers of a browser that better-auth is given. */
export function browserHeaders(headers: Headers): Headers {
  return new Headers({
    cookie: renameOldCookies(headers.get("cookie") ?? ""),
    "user-agent": writtenLine(headers.get("user-agent") ?? "").slice(0, 300),
  });
}
