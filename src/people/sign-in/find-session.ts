/**
 * Finds the session of a request with one prepared statement, since every page asks for it. Everything unusual
 * is left to better-auth: sessions that have expired or have to be renewed, and old cookie names.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { sessions, users } from "../../database/schema.ts";
import { hashSecret } from "../secrets.ts";
import { cookiePrefix } from "./cookies.ts";

export const SESSION_COOKIE = "session_token";

/** How long a session lives without being renewed, and at which age it is renewed. */
export const SESSION_SECONDS = 30 * 86_400;
export const RENEWAL_SECONDS = 86_400;

const statements = preparedOnce((database) => ({
  find: database
    .select({
      session: { id: sessions.id, provedAt: sessions.provedAt, expiresAt: sessions.expiresAt },
      user: {
        ...{ id: users.id, email: users.email, name: users.name, role: users.role },
        ...{ timeZone: users.timeZone, language: users.language, mailNotices: users.mailNotices },
        ...{ emailVerified: users.emailVerified, twoFactorEnabled: users.twoFactorEnabled },
        accessEndings: users.accessEndings,
      },
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.token, sql.placeholder("token")))
    .prepare("find_session"),
}));

interface SessionParts {
  readonly database: Database;
  readonly config: { readonly baseUrl: URL; readonly sessionSecret: string };
  now(): Date;
}

/**
 * Finds a session that needs no renewal.
 * @returns undefined when better-auth has to decide whether there is a session
 */
export async function findSession({ database, config, now }: SessionParts, headers: Headers) {
  const token = readToken(config, headers.get("cookie") ?? "");
  if (token === undefined) return undefined;
  const [found] = await statements(database).find.execute({ token: hashSecret(token) });
  const isFresh =
    found !== undefined &&
    found.session.expiresAt.getTime() > now().getTime() + (SESSION_SECONDS - RENEWAL_SECONDS) * 1_000;
  return isFresh ? found : undefined;
}

/** The token in a cookie that better-auth signed; undefined unless there is exactly one, in its plain form. */
function readToken(config: SessionParts["config"], header: string): string | undefined {
  if (header.includes("__Secure-") || header.includes("session_data")) return undefined;
  const start = `${cookiePrefix(config)}.${SESSION_COOKIE}=`;
  const [cookie, ...others] = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start));
  const signed = /^([\w-]+)\.([A-Za-z\d+/]{43}=)$/.exec(decode(cookie?.slice(start.length) ?? ""));
  if (signed === null || others.length > 0) return undefined;
  const [, token = "", signature = ""] = signed;
  const right = createHmac("sha256", config.sessionSecret).update(token).digest("base64");
  return timingSafeEqual(Buffer.from(signature), Buffer.from(right)) ? token : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
