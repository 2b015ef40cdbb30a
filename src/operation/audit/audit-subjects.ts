/** Names of the people, accounts, pages, settings and limits that audit events are about. */
import { eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../database/open.ts";
import { shareRequests, socialConnections, socialShares, users } from "../../database/schema.ts";
import type { Action } from "../../limits/rules.ts";
import { NOBODY } from "../../people/audit.ts";
import { say, type Told } from "../../words/words.ts";

/** The names that the settings page uses. */
const settingWords: Readonly<Record<string, Told>> = {
  appName: say("Name"),
  accent: say("Colour"),
  logo: say("Logo"),
  signUp: say("Who may sign up"),
  publicCounts: say("Anyone can look up how often a page was shared"),
  linkParameters: say("Added to the links of posts"),
  privacy: say("Privacy page"),
  postPrices: say("Prices of posts"),
};

/** Names of limits that are not tied to a person. */
const limitWords = {
  code: say("Codes from an app"),
  passkey: say("Passkeys"),
  openid: say("Sign-in at the provider"),
  "link-use": say("Links sent by email"),
  api: say("What the API says about a page"),
} as const satisfies Partial<Record<Action, Told>>;

/** Subjects that are words instead of ids. */
const subjectWords: Readonly<Record<string, Told>> = { ...settingWords, ...limitWords };

/** Display names of the people, accounts and pages that are subjects. */
export async function findNames(
  database: Database,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  const uuids = subjects.filter((subject) => z.uuid().safeParse(subject).success);
  const found = await Promise.all([
    database
      .select({ id: users.id, name: users.email })
      .from(users)
      .where(inArray(users.id, [...subjects])),
    database
      .select({ id: socialConnections.id, name: socialConnections.platformUsername })
      .from(socialConnections)
      .where(inArray(socialConnections.id, uuids)),
    database
      .select({ id: shareRequests.id, name: shareRequests.title })
      .from(shareRequests)
      .where(inArray(shareRequests.id, uuids)),
    database
      .select({ id: socialShares.id, name: shareRequests.title })
      .from(socialShares)
      .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
      .where(inArray(socialShares.id, uuids)),
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}

export function findSubjectWords(subject: string): Told | undefined {
  if (subject.startsWith(NOBODY))
    return say("an address without an account ({mark})", { mark: subject.slice(NOBODY.length) });
  return Object.hasOwn(subjectWords, subject) ? subjectWords[subject] : undefined;
}
