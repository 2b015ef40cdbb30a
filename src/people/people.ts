/** The people of the service and who of them is asking; login itself is in the files beside this one. */
import type { Logger } from "pino";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import { say, type Told } from "../words/words.ts";
import type { Auth } from "./auth.ts";
import { type Background, createBackground } from "./background.ts";
import { createLimits, type Limits } from "./limits.ts";
import type { Mailer } from "./mail.ts";
import { createOpenId, type OpenId, type OpenIdSettings } from "./openid.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: "operator" | "person";
  /** IANA name; undefined: not known yet. */
  readonly timeZone: string | undefined;
  /** BCP 47; undefined: what their browser asks for. */
  readonly language: string | undefined;
  /** Which outcomes of their shares are mailed. */
  readonly mailNotices: "none" | "problems" | "all";
  /** A code of an app is asked for besides the password. */
  readonly hasSecondFactor: boolean;
}

/** Who asks before we know them: a browser and where it is. */
export interface Visitor {
  readonly headers: Headers;
  readonly ipAddress: string | undefined;
}

export interface SignedIn {
  readonly person: Person;
  readonly sessionId: string;
  /** Set-Cookie values that keep an old session going; mostly none. */
  readonly cookies: readonly string[];
}

/** Why a step of login was not taken, in a sentence for the person. */
export interface Refusal {
  readonly problem: Told;
  /** They tried too often: they must wait. */
  readonly mustWait?: true;
}

export const LINK_OVER = say("This link was used already or is over. Ask for a new one.");
export const IS_BLOCKED = say("This account is blocked. Ask whoever runs this service.");

/** Set-Cookie values for the browser, or why there are none. */
export type LoginResult = { readonly cookies: readonly string[] } | Refusal;

/** As `LoginResult`; perhaps a code of their app must follow, and the cookies only carry them there. */
export type FirstStepResult = { readonly cookies: readonly string[]; readonly needsCode: boolean } | Refusal;

export interface People {
  findPerson(headers: Headers): Promise<SignedIn | undefined>;
  /** better-auth, loaded when it is first needed: it would take a tenth of a second of every start. */
  auth(): Promise<Auth>;
  /** Absent: no provider is set up. */
  readonly openid: OpenId | undefined;
  readonly limits: Limits;
  readonly background: Background;
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
  readonly log: Logger;
  readonly now: () => Date;
  /** Reaches the OpenID Connect provider. */
  readonly fetch: typeof fetch;
};

/** What the functions of this folder need of the runtime. */
export type PeopleRuntime = PeopleParts & { readonly people: People };

const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

const foundShape = z.object({
  session: z.object({ id: z.string() }),
  user: z
    .object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      role: z.enum(["operator", "person"]),
      timeZone: optionalText,
      language: optionalText,
      mailNotices: z.enum(["none", "problems", "all"]),
      twoFactorEnabled: z.boolean().nullish(),
    })
    .transform(({ twoFactorEnabled, ...user }) => ({ ...user, hasSecondFactor: twoFactorEnabled === true })),
});

export function createPeople(parts: PeopleParts): People {
  let loading: Promise<Auth> | undefined;
  const auth = () => {
    loading ??= import("./auth.ts").then(({ createAuth }) => createAuth(parts));
    return loading;
  };
  const { openid } = parts.config;
  return {
    auth,
    openid: openid && createOpenId(openid, { ...parts.config, fetch: parts.fetch, now: parts.now }),
    limits: createLimits(parts.now),
    background: createBackground(parts.log),
    async findPerson(headers) {
      if (!headers.get("cookie")?.includes("sharewell.session_token=")) return undefined;
      const { api } = await auth();
      const answer = await api.getSession({ headers: browserHeaders(headers), returnHeaders: true });
      if (answer.response === null) return undefined;
      const { session, user } = foundShape.parse(answer.response);
      return { person: user, sessionId: session.id, cookies: answer.headers.getSetCookie() };
    },
  };
}

/** All that better-auth is told of a browser. */
export function browserHeaders(headers: Headers): Headers {
  return new Headers({
    cookie: headers.get("cookie") ?? "",
    "user-agent": (headers.get("user-agent") ?? "").slice(0, 300),
  });
}
