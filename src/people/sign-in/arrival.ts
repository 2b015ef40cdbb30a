/** Starts sessions. A sign-in always starts a new one and ends the one that the browser had. */
import { and, eq, isNotNull, or } from "drizzle-orm";
import { auditEvents, sessions } from "../../database/schema.ts";
import { recordEvent } from "../audit.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import {
  browserHeaders,
  IS_BLOCKED,
  LINK_OVER,
  type LoginResult,
  type PeopleRuntime,
  type Visitor,
} from "../people.ts";
import { rememberBrowser } from "./known-browsers.ts";
import { BLOCKED } from "./refusal-codes.ts";

const wasArrival = or(
  eq(auditEvents.action, "person.signed-in"),
  and(eq(auditEvents.action, "person.signed-up"), isNotNull(auditEvents.ipAddress)),
);

interface Arrival {
  readonly userId: string;
  /** The Set-Cookie values of the new session. */
  readonly cookies: readonly string[];
  readonly action?: "person.signed-in" | "person.signed-up";
}

/**
 * Completes every way to sign in: records it, remembers the browser, emails the person about a new one, and ends
 * the session that the browser had before.
 * @returns all Set-Cookie values for the browser
 */
export async function arrive(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  { userId, cookies, action = "person.signed-in" }: Arrival,
): Promise<readonly string[]> {
  const isUsed = await wasUsed(runtime, userId);
  await endSessionOf(runtime, headers);
  await recordEvent(runtime.database, { userId, action, subject: userId, ipAddress });
  const { isNew, cookie } = await rememberBrowser(runtime, headers, userId);
  if (isNew && isUsed) mailSecurityEvent(runtime, { headers, ipAddress }, { userId, event: "new-browser" });
  return [...cookies, cookie];
}

/**
 * Whether somebody has signed in to the account before. One that was made at the command line waits for its
 * first browser.
 */
async function wasUsed({ database }: PeopleRuntime, userId: string): Promise<boolean> {
  const found = await database
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(and(eq(auditEvents.userId, userId), wasArrival))
    .limit(1);
  return found.length > 0;
}

/** Ends the browser's session. @returns when its person last proved their identity; undefined if there was none */
export async function endSessionOf(runtime: PeopleRuntime, headers: Headers): Promise<Date | undefined> {
  const former = await runtime.people.findPerson(headers);
  if (former === undefined) return undefined;
  await runtime.database.delete(sessions).where(eq(sessions.id, former.sessionId));
  return former.provedAt;
}

interface Beginning {
  readonly userId: string;
  /** Left out: just now. */
  readonly provedAt?: Date | undefined;
  /** Whether this browser is trusted. */
  readonly trusted?: boolean;
  /** How often their access had been ended when they proved it. */
  readonly accessEndings?: number | undefined;
}

/**
 * Starts a session for somebody who has just proved their identity, without recording a sign-in.
 * @returns its cookies, or why there are none
 */
export async function beginSession(
  runtime: PeopleRuntime,
  { headers }: Pick<Visitor, "headers">,
  { userId, provedAt, trusted = false, accessEndings }: Beginning,
): Promise<LoginResult> {
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.atomically(() =>
      auth.api.startSession({
        body: {
          ...{ userId, trusted },
          ...(provedAt && { provedAt }),
          ...(accessEndings === undefined ? {} : { accessEndings }),
        },
        headers: browserHeaders(headers),
        returnHeaders: true,
      }),
    ),
  );
  if ("refused" in attempt) return { problem: attempt.refused === BLOCKED ? IS_BLOCKED : LINK_OVER };
  return { cookies: attempt.done.headers.getSetCookie() };
}

/** Starts a new session in the browser that made a change by which all sessions ended. @returns its cookies */
export async function renewSession(
  runtime: PeopleRuntime,
  visitor: Pick<Visitor, "headers">,
  beginning: Beginning,
): Promise<LoginResult> {
  const begun = await beginSession(runtime, visitor, beginning);
  if ("problem" in begun) return begun;
  const browser = await rememberBrowser(runtime, visitor.headers, beginning.userId);
  return { cookies: [...begun.cookies, browser.cookie] };
}
