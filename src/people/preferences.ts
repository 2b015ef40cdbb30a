/** A person's preferences: time zone, language and mail notices. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { users } from "../database/schema.ts";
import type { Language } from "../words/languages.ts";
import type { Person } from "./people.ts";

/** Stores a person's time zone. @param zone a valid IANA name */
export async function keepTimeZone(
  { database }: { readonly database: Database },
  { id, timeZone }: Person,
  zone: string,
): Promise<void> {
  if (zone !== timeZone) await database.update(users).set({ timeZone: zone }).where(eq(users.id, id));
}

/**
 * Stores the zone in which somebody scheduled a share as theirs, unless they have chosen one.
 * @param zone a valid IANA name
 */
export async function learnTimeZone(
  runtime: { readonly database: Database },
  person: Person,
  zone: string,
): Promise<void> {
  if (person.timeZone === undefined) await keepTimeZone(runtime, person, zone);
}

/** Stores a person's language. @param language undefined: the language that their browser asks for */
export async function keepLanguage(
  { database }: { readonly database: Database },
  { id }: Pick<Person, "id">,
  language: Language | undefined,
): Promise<void> {
  await database
    .update(users)
    .set({ language: language ?? null })
    .where(eq(users.id, id));
}

/** Stores which results of their shares a person is mailed about. */
export async function chooseNotices(
  { database }: { readonly database: Database },
  { id }: Pick<Person, "id">,
  mailNotices: Person["mailNotices"],
): Promise<void> {
  await database.update(users).set({ mailNotices }).where(eq(users.id, id));
}
