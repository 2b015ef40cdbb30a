/** A session begins: always a new one, and the one that the browser had before ends. */
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
  /** The Set-Cookie values that carry their session. */
  readonly cookies: readonly string[];
  readonly action?: "person.signed-in" | "person.signed-up";
}

/**
 * Where every way to sign in ends: it is on record, the browser is known from now on and a new one is told of, and
 * nobody else goes on with the session that it brought.
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

/** Somebody came to the account before; an account that was made at the command line waits for its first browser. */
async function wasUsed({ database }: PeopleRuntime, userId: string): Promise<boolean> {
  const found = await database
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(and(eq(auditEvents.userId, userId), wasArrival))
    .limit(1);
  return found.length > 0;
}

/** Ends the session that a browser brings. @returns when its person proved who they are; undefined: there is none */
export async function endSessionOf(runtime: PeopleRuntime, headers: Headers): Promise<Date | undefined> {
  const former = await runtime.people.findPerson(headers);
  if (former === undefined) return undefined;
  await runtime.database.delete(sessions).where(eq(sessions.id, former.sessionId));
  return former.provedAt;
}

interface Beginning {
  readonly userId: string;
  /** Absent: just now. */
  readonly provedAt?: Date | undefined;
  /** The browser is not asked for codes for a while. */
  readonly trusted?: boolean;
  /** How often all their access had been ended when they proved it. */
  readonly accessEndings?: number | undefined;
}

/** For whoever has just proved who they are. @returns cookies of a new session, not yet on record as an arrival */
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

/** For somebody whose sessions a change has just ended, in the browser that made it. @returns cookies of a new session */
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
