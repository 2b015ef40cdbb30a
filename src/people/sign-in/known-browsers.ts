/**
 * Remembers the browsers in which each person signed in. A browser is known by a random secret in a cookie that
 * outlives the session; the database stores hashes. The cookie signs nobody in: it only tells a person's own
 * browser from a stranger's.
 */
import { and, desc, eq, inArray, notInArray } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { knownBrowsers, users } from "../../database/schema.ts";
import { hashSecret, makeSecret } from "../secrets.ts";
import { readCookie, writeCookie } from "./cookies.ts";

const COOKIE = "browser";

/** The longest time that browsers keep a cookie (RFC 6265bis, section 5.5). */
export const KNOWN_DAYS = 400;
/** Per person; the browser that was not used for the longest time is forgotten. */
const MOST_BROWSERS = 20;
/** Several people may share a browser; each has a secret of their own in it. */
const MOST_SECRETS = 5;

interface BrowsersRuntime {
  readonly database: Database;
  readonly config: { readonly baseUrl: URL };
  readonly now: () => Date;
}

/**
 * Whether the owner of this address has signed in with this browser.
 * @param email in lower case, as `emailShape` makes it
 */
export async function isKnownBrowser(
  runtime: BrowsersRuntime,
  headers: Headers,
  email: string,
): Promise<boolean> {
  return (await findKnownBrowser(runtime, headers, email)) !== undefined;
}

/**
 * A key for this browser, if somebody has signed in with it to the account of this address.
 * @param email in lower case, as `emailShape` makes it; left out: to any account
 * @returns undefined if nobody has
 */
export async function findKnownBrowser(
  runtime: BrowsersRuntime,
  headers: Headers,
  email?: string,
): Promise<string | undefined> {
  const hashes = readSecrets(runtime, headers).map(hashSecret);
  if (hashes.length === 0) return undefined;
  const [found] = await runtime.database
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .innerJoin(users, eq(users.id, knownBrowsers.userId))
    .where(
      and(inArray(knownBrowsers.tokenHash, hashes), email === undefined ? undefined : eq(users.email, email)),
    )
    .orderBy(knownBrowsers.tokenHash)
    .limit(1);
  return found?.tokenHash;
}

/** Remembers the browser in which somebody has just signed in. @returns whether it is new, and the cookie to set */
export async function rememberBrowser(
  runtime: BrowsersRuntime,
  headers: Headers,
  userId: string,
): Promise<{ readonly isNew: boolean; readonly cookie: string }> {
  const { database } = runtime;
  const secrets = readSecrets(runtime, headers);
  const time = runtime.now();
  const met =
    secrets.length === 0
      ? []
      : await database
          .update(knownBrowsers)
          .set({ lastUsedAt: time })
          .where(
            and(eq(knownBrowsers.userId, userId), inArray(knownBrowsers.tokenHash, secrets.map(hashSecret))),
          )
          .returning({ userId: knownBrowsers.userId });
  if (met.length > 0) return { isNew: false, cookie: write(runtime, secrets) };
  const secret = makeSecret();
  await database.transaction(async (transaction) => {
    await transaction
      .insert(knownBrowsers)
      .values({ userId, tokenHash: hashSecret(secret), firstUsedAt: time, lastUsedAt: time });
    await forgetOldest(transaction, userId);
  });
  return { isNew: true, cookie: write(runtime, [secret, ...secrets].slice(0, MOST_SECRETS)) };
}

/** Forgets all browsers of a person. */
export async function forgetBrowsers(database: Queryable, userId: string): Promise<void> {
  await database.delete(knownBrowsers).where(eq(knownBrowsers.userId, userId));
}

async function forgetOldest(database: Queryable, userId: string): Promise<void> {
  const kept = database
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .where(eq(knownBrowsers.userId, userId))
    .orderBy(desc(knownBrowsers.lastUsedAt), desc(knownBrowsers.firstUsedAt))
    .limit(MOST_BROWSERS);
  await database
    .delete(knownBrowsers)
    .where(and(eq(knownBrowsers.userId, userId), notInArray(knownBrowsers.tokenHash, kept)));
}

function readSecrets({ config }: BrowsersRuntime, headers: Headers): string[] {
  const secrets = (readCookie(config, headers, COOKIE) ?? "").split(".");
  return secrets.filter((secret) => /^[\w-]{43}$/.test(secret)).slice(0, MOST_SECRETS);
}

function write({ config }: BrowsersRuntime, secrets: readonly string[]): string {
  return writeCookie(config, { name: COOKIE, value: secrets.join("."), seconds: KNOWN_DAYS * 86_400 });
}
