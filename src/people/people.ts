/** The people of the service and who of them is asking; login itself is in the files beside this one. */

import { eq } from "drizzle-orm";
import pLimit, { type LimitFunction } from "p-limit";
import type { Logger } from "pino";
import { z } from "zod";
import type { Database, Queryable } from "../database/open.ts";
import { sessions } from "../database/schema.ts";
import type { Limits } from "../limits/limits.ts";
import { say, type Told } from "../words/words.ts";
import { writtenLine } from "../words/written.ts";
import type { Auth } from "./engine/auth.ts";
import { type Background, createBackground } from "./mail/background.ts";
import type { Mailer } from "./mail/mail.ts";
import type { Safe } from "./mail/outbox.ts";
import { MOST_SENDING } from "./mail/send-letters.ts";
import { moveOldCookie, readOldCookie, renameOldCookies } from "./sign-in/cookies.ts";
import { findSession, SESSION_COOKIE } from "./sign-in/find-session.ts";
import { rememberBrowser } from "./sign-in/known-browsers.ts";
import { createOpenId, type OpenId, type OpenIdSettings } from "./sign-in/openid.ts";
import { createRefusals, type Refusals } from "./sign-in/refusals.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: "operator" | "person";
  /** IANA name; undefined: not known yet. */
  readonly timeZone: string | undefined;
  /** BCP 47; undefined: what their browser asks for. */
  readonly language: string | undefined;
  /** They proved that the mail address is theirs; until then the password alone signs them in. */
  readonly isProven: boolean;
  /** Which outcomes of their shares are mailed. */
  readonly mailNotices: "none" | "problems" | "all";
  /** A code of an app is asked for besides the password. */
  readonly hasSecondFactor: boolean;
  /** How often all their access was ended. */
  readonly accessEndings: number;
}

/** Who asks before we know them: a browser and where it is. */
export interface Visitor {
  readonly headers: Headers;
  readonly ipAddress: string | undefined;
}

export interface SignedIn {
  readonly person: Person;
  readonly sessionId: string;
  /** When they last proved who they are in this session. */
  readonly provedAt: Date;
  /** Set-Cookie values that keep an old session going; mostly none. */
  readonly cookies: readonly string[];
}

/** Why a step of login was not taken, in a sentence for the person. */
export interface Refusal {
  readonly problem: Told;
  /** They tried too often: for so many seconds they must wait. */
  readonly waitSeconds?: number;
}

export const LINK_OVER = say("This link was used already or is over. Ask for a new one.");
export const IS_BLOCKED = say("This account is blocked. Ask whoever runs this service.");

/** Set-Cookie values for the browser, or why there are none. */
export type LoginResult = { readonly cookies: readonly string[] } | Refusal;

/** As `LoginResult`; perhaps a code of their app must follow, and the cookies only carry them there. */
export type FirstStepResult = { readonly cookies: readonly string[]; readonly needsCode: boolean } | Refusal;

export interface People {
  findPerson(headers: Headers): Promise<SignedIn | undefined>;
  /** What better-auth's cookie of this name holds in a browser. */
  readCookie(headers: Headers, name: string): Promise<string | undefined>;
  /** better-auth, loaded when it is first needed: it would take a tenth of a second of every start. */
  auth(): Promise<Auth>;
  /** Absent: no provider is set up. */
  readonly openid: OpenId | undefined;
  readonly background: Background;
  /** At most so many letters of this process are on their way at once. */
  readonly sending: LimitFunction;
  readonly refusals: Refusals;
  readonly belongings: Belongings;
}

/** What people have beyond how they sign in. This folder knows nothing of it, and is handed who ends it. */
export interface Belongings {
  /** Ends all that has not gone out yet. */
  stopShares(transaction: Queryable, person: Pick<Person, "id">): Promise<void>;
  /**
   * Keeps what takes time, before all that is theirs is deleted: ending their grants at the networks.
   * @returns the secret of the page that tells how far that is
   */
  handOverGrants(
    transaction: Queryable,
    person: Pick<Person, "id">,
    ipAddress: string | undefined,
  ): Promise<string>;
}

/** The settings that login depends on. */
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
  /** Seals what letters are written from. */
  readonly vault: Safe;
  readonly limits: Limits;
  readonly log: Logger;
  readonly now: () => Date;
  /** Reaches the OpenID Connect provider. */
  readonly fetch: typeof fetch;
  /** Absent where nothing can be connected. */
  readonly belongings?: Belongings;
  /** Absent: better-auth's scrypt. */
  readonly passwords?: PasswordHashing;
};

/** How passwords are hashed, and compared with their hashes. No setting changes it. */
export interface PasswordHashing {
  hash(password: string): Promise<string>;
  verify(given: { readonly hash: string; readonly password: string }): Promise<boolean>;
}

/** What the functions of this folder need of the runtime. */
export type PeopleRuntime = PeopleParts & { readonly people: People };

const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

const foundShape = z.object({
  session: z.object({ id: z.string(), provedAt: z.date() }),
  user: z
    .object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      role: z.enum(["operator", "person"]),
      timeZone: optionalText,
      language: optionalText,
      mailNotices: z.enum(["none", "problems", "all"]),
      emailVerified: z.boolean(),
      twoFactorEnabled: z.boolean().nullish(),
      accessEndings: z.number(),
    })
    .transform(({ twoFactorEnabled, emailVerified, ...user }) => ({
      ...user,
      isProven: emailVerified,
      hasSecondFactor: twoFactorEnabled === true,
    })),
});

export function createPeople(parts: PeopleParts): People {
  let loading: Promise<Auth> | undefined;
  const auth = () => {
    loading ??= import("./engine/auth.ts").then(({ createAuth }) => createAuth(parts));
    return loading;
  };
  const { openid } = parts.config;
  const background = createBackground(parts.log);
  return {
    auth,
    openid: openid && createOpenId(openid, { ...parts.config, fetch: parts.fetch, now: parts.now }),
    background,
    sending: pLimit(MOST_SENDING),
    refusals: createRefusals({ ...parts, background }),
    belongings: parts.belongings ?? { stopShares: async () => {}, handOverGrants: async () => "" },
    async findPerson(headers) {
      if (!headers.get("cookie")?.includes(`sharewell.${SESSION_COOKIE}=`)) return undefined;
      const found = await findSession(parts, headers);
      if (found !== undefined) {
        const { session, user } = foundShape.parse(found);
        return { person: user, sessionId: session.id, provedAt: session.provedAt, cookies: [] };
      }
      const { api } = await auth();
      const answer = await api.getSession({ headers: browserHeaders(headers), returnHeaders: true });
      if (answer.response === null) return undefined;
      const { session, user } = foundShape.parse(answer.response);
      const { id: sessionId, provedAt } = session;
      const signedIn = { person: user, sessionId, provedAt, cookies: answer.headers.getSetCookie() };
      const old = readOldCookie(headers, SESSION_COOKIE);
      return old === undefined ? signedIn : await moveSession(parts, headers, signedIn, old);
    },
    async readCookie(headers, name) {
      const { createAuthCookie } = await (await auth()).context;
      const full = createAuthCookie(name).name;
      const pairs = renameOldCookies(headers.get("cookie") ?? "").split("; ");
      return pairs.find((pair) => pair.startsWith(`${full}=`))?.slice(full.length + 1);
    },
  };
}

/**
 * A session that began before its cookie was bound to this host goes on under the new name, and its browser is known.
 * A newer one under the old name was put there by somebody else.
 */
async function moveSession(
  parts: PeopleParts,
  headers: Headers,
  signedIn: SignedIn,
  value: string,
): Promise<SignedIn | undefined> {
  const [session] = await parts.database
    .select({ hasOldCookie: sessions.hasOldCookie, expiresAt: sessions.expiresAt })
    .from(sessions)
    .where(eq(sessions.id, signedIn.sessionId));
  if (!session?.hasOldCookie) return undefined;
  const seconds = Math.floor((session.expiresAt.getTime() - parts.now().getTime()) / 1_000);
  const { cookie } = await rememberBrowser(parts, headers, signedIn.person.id);
  return { ...signedIn, cookies: [...moveOldCookie(SESSION_COOKIE, value, seconds), cookie] };
}

/** All that better-auth is told of a browser. */
export function browserHeaders(headers: Headers): Headers {
  return new Headers({
    cookie: renameOldCookies(headers.get("cookie") ?? ""),
    "user-agent": writtenLine(headers.get("user-agent") ?? "").slice(0, 300),
  });
}
