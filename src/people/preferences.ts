/** A person's preferences: time zone, language and email notices. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { users } from "../database/schema.ts";
import type { Language } from "../words/languages.ts";
import type { Person } from "./people.ts";

/** @param zone an IANA name that was checked */
async function keepTimeZone(
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

export interface Preferences {
  readonly mailNotices: Person["mailNotices"];
  /** An IANA name that was checked. */
  readonly timeZone: string;
  /** Undefined: the language that the browser asks for. */
  readonly language: Language | undefined;
}

/** Saves all of them in one statement. */
export async function savePreferences(
  { database }: { readonly database: Database },
  { id }: Pick<Person, "id">,
  { mailNotices, timeZone, language }: Preferences,
): Promise<void> {
  await database
    .update(users)
    .set({ mailNotices, timeZone, language: language ?? null })
    .where(eq(users.id, id));
}
