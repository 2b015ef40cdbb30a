/** Creates what the functions about people share, and finds out who sends a request. */
import { eq } from "drizzle-orm";
import pLimit, { type LimitFunction } from "p-limit";
import { z } from "zod";
import { sessions } from "../database/schema.ts";
import type { Auth } from "./engine/auth.ts";
import { type Background, createBackground } from "./mail/background.ts";
import { MOST_SENDING } from "./mail/send-letters.ts";
import { type Belongings, browserHeaders, type PeopleParts, type SignedIn } from "./people.ts";
import { moveOldCookie, readOldCookie, renameOldCookies } from "./sign-in/cookies.ts";
import { findSession, SESSION_COOKIE } from "./sign-in/find-session.ts";
import { rememberBrowser } from "./sign-in/known-browsers.ts";
import { createOpenId, type OpenId } from "./sign-in/openid.ts";
import { createRefusals, type Refusals } from "./sign-in/refusals.ts";

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

/** Creates the `people` part of the runtime. */
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
 * Moves a session that began before cookies were bound to this host to the new cookie name. A newer session
 * under the old name was planted by somebody else and is ignored.
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

export interface People {
  findPerson(headers: Headers): Promise<SignedIn | undefined>;
  /** The value of better-auth's cookie with this name. */
  readCookie(headers: Headers, name: string): Promise<string | undefined>;
  /** better-auth, loaded when it is first needed, since it would add a tenth of a second to every start. */
  auth(): Promise<Auth>;
  /** Undefined when no provider is set up. */
  readonly openid: OpenId | undefined;
  readonly background: Background;
  /** Limits how many letters this process sends at a time. */
  readonly sending: LimitFunction;
  readonly refusals: Refusals;
  readonly belongings: Belongings;
}
