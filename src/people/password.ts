/** Changing a password, knowing the old one or by a link that is mailed. Either way all sessions end. */
import { and, eq, isNotNull } from "drizzle-orm";
import { credentials, users, verifications } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { recordEvent } from "./audit.ts";
import {
  browserHeaders,
  LINK_OVER,
  type LoginResult,
  type PeopleRuntime,
  type Person,
  type Refusal,
  type Visitor,
} from "./people.ts";
import { hashSecret, RESET_PREFIX } from "./secrets.ts";

/** False for people who only ever signed in by link. */
export async function hasPassword({ database }: PeopleRuntime, person: Person): Promise<boolean> {
  const found = await database
    .select({ id: credentials.id })
    .from(credentials)
    .where(and(eq(credentials.userId, person.id), isNotNull(credentials.password)));
  return found.length > 0;
}

/** Ends all sessions and begins a new one for the browser that asked. */
export async function changePassword(
  runtime: PeopleRuntime,
  person: Person,
  { headers, ipAddress }: Visitor,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<LoginResult> {
  const wait = runtime.people.limits.count("password-change", { mail: person.email, ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const auth = await runtime.people.auth();
  const body = { currentPassword, newPassword, revokeOtherSessions: true };
  const attempt = await auth.attempt(() =>
    auth.atomically(() =>
      auth.api.changePassword({ body, headers: browserHeaders(headers), returnHeaders: true }),
    ),
  );
  if ("refused" in attempt)
    return { problem: say("The current password is not right. Nothing was changed: try again.") };
  await recordEvent(runtime.database, {
    userId: person.id,
    action: "person.password-changed",
    subject: person.id,
    ipAddress,
  });
  return { cookies: attempt.done.headers.getSetCookie() };
}

/** Answers at once and the same for every address; only who has an account gets a letter. */
export function sendPasswordReset(
  runtime: PeopleRuntime,
  { ipAddress }: Visitor,
  { email, next }: { email: string; next: string },
): Refusal | undefined {
  const wait = runtime.people.limits.count("password-reset", { mail: email, ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const started = runtime.people.background.start(async () => {
    const { api } = await runtime.people.auth();
    await api.requestPasswordReset({ body: { email, redirectTo: next } });
  }, "A link to reset a password could not be mailed.");
  return started
    ? undefined
    : { problem: say("A lot of mail is on its way. Try again in a minute."), mustWait: true };
}

/** Whose password a link resets, while it works; looking does not use it up. */
export async function readPasswordReset(
  runtime: PeopleRuntime,
  token: string,
): Promise<{ userId: string; email: string } | undefined> {
  const [found] = await runtime.database
    .select({ userId: users.id, email: users.email, expiresAt: verifications.expiresAt })
    .from(verifications)
    .innerJoin(users, eq(users.id, verifications.value))
    .where(eq(verifications.identifier, hashSecret(`${RESET_PREFIX}${token}`)));
  return found !== undefined && found.expiresAt > runtime.now() ? found : undefined;
}

/** Nobody is signed in afterwards. @returns why the password stays as it is, or undefined */
export async function resetPassword(
  runtime: PeopleRuntime,
  { ipAddress }: Visitor,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<Refusal | undefined> {
  const wait = runtime.people.limits.count("link-use", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const reset = await readPasswordReset(runtime, token);
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.atomically(() => auth.api.resetPassword({ body: { token, newPassword } })),
  );
  if ("refused" in attempt || reset === undefined) return { problem: LINK_OVER };
  const { userId } = reset;
  await recordEvent(runtime.database, {
    userId,
    action: "person.password-reset",
    subject: userId,
    ipAddress,
  });
  return undefined;
}
